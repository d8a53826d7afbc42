// Times, in the page, from what a person does to the frame that shows what came of it.

(() => {
  const root = () => {
    const hosts = document.querySelectorAll("[data-testid=stBidiComponentIsolated]");
    return [...hosts].map((host) => host.shadowRoot).find((shadow) => shadow?.querySelector("[role=listbox]"));
  };
  const first = () => root()?.querySelector("[role=listbox]").firstElementChild ?? null;
  const selected = () => root()?.querySelector('[role=option][aria-selected="true"]') ?? null;
  const isSaved = () => root()?.querySelector(".bar .state").dataset.state === "saved";
  const channel = new MessageChannel();

  // Milliseconds from the next event of that type to the frame after which done(before) holds; `before`
  // is what look() found at the event.
  const timed = (type, look, done) =>
    new Promise((resolve) => {
      const begin = (event) => {
        for (const place of places) place.removeEventListener(type, begin, true);
        const before = look();
        const frame = () => {
          if (!done(before)) requestAnimationFrame(frame);
          else {
            channel.port1.onmessage = () => resolve(performance.now() - event.timeStamp);
            channel.port2.postMessage(0);
          }
        };
        requestAnimationFrame(frame);
      };
      const places = [window, root()].filter(Boolean); // a change does not leave the shadow tree
      for (const place of places) place.addEventListener(type, begin, true);
    });

  window.probe = {
    first: (type) => timed(type, first, (before) => first() && first() !== before),
    next: () => timed("keydown", selected, (before) => selected() !== before),
    saved: () => timed("keydown", () => null, isSaved),
  };
})();
