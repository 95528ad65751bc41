/** The report's only script: the opacity slider. Without it everything else works, and the slider is not shown. */
export const script =
  "document.body.classList.add('scripted');document.getElementById('opacity')?.addEventListener('input',(e)=>document.documentElement.style.setProperty('--opacity',String(e.target.value/100)))"

/** SHA-256 of `script`, base64, for the content security policy; a test holds the two together. */
export const scriptHash = 'hX4sOxdTuS5PvuvcAwhLaKLQj8QkqvqTUG/9BsSdvZY='
