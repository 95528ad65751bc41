/** In every page. After everything else: what is kept for later must not delay what is shown now. */
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  window.addEventListener('load', () => {
    navigator.serviceWorker.register(`${import.meta.env.BASE_URL.replace(/\/?$/, '/')}service-worker.js`)
  })
}
