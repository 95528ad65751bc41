/** Tables that are wider than their page are scrolled: by keys, too, while there is something to scroll. */
function update(): void {
  for (const table of document.querySelectorAll<HTMLElement>('.sl-markdown-content table')) {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0
    else table.removeAttribute('tabindex')
  }
}

update()
window.addEventListener('resize', update)
