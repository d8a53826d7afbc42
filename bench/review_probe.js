// Measures, inside the page, the time from an input event to the frame that shows its effect.

(() => {
  const panel = () => {
    const hosts = document.querySelectorAll("[data-testid=stBidiComponentIsolated]");
    return [...hosts].map((host) => host.shadowRoot).find((root) => root?.querySelector("[role=listbox]"));
  };
  const firstItem = () => panel()?.querySelector("[role=listbox]").firstElementChild ?? null;
  const selectedItem = () => panel()?.querySelector('[role=option][aria-selected="true"]') ?? null;
  const isSaved = () => panel()?.querySelector(".bar .state").dataset.state === "saved";
  const channel = new MessageChannel();

  // Resolves to the milliseconds from the next event of that type to the frame in which isDone(before)
  // holds; `before` is what read() returned at the event. The message posted from the frame callback is
  // delivered after the frame was painted.
  const measure = (type, read, isDone) =>
    new Promise((resolve) => {
      const begin = (event) => {
        for (const target of targets) target.removeEventListener(type, begin, true);
        const before = read();
        const checkFrame = () => {
          if (!isDone(before)) requestAnimationFrame(checkFrame);
          else {
            channel.port1.onmessage = () => resolve(performance.now() - event.timeStamp);
            channel.port2.postMessage(0);
          }
        };
        requestAnimationFrame(checkFrame);
      };
      const targets = [window, panel()].filter(Boolean); // a change event does not leave the shadow tree
      for (const target of targets) target.addEventListener(type, begin, true);
    });

  window.probe = {
    first: (type) => measure(type, firstItem, (before) => firstItem() && firstItem() !== before),
    next: () => measure("keydown", selectedItem, (before) => selectedItem() !== before),
    saved: () => measure("keydown", () => null, isSaved),
  };
})();
