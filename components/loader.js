// A component's script, which the browser keeps. A server that is just being replaced is asked again.

const TRIES = 6;
const FIRST_PAUSE = 250; // ms after the first failure; doubles

async function load(address, tries = 1) {
  try {
    return await import(address);
  } catch (problem) {
    if (tries === TRIES) throw problem;
    await new Promise((done) => setTimeout(done, FIRST_PAUSE * 2 ** (tries - 1)));
    const again = new URL(address);
    again.searchParams.set("tries", tries); // a browser may remember that an address failed
    return load(again.href, tries + 1);
  }
}

export default (await load(new URL("SCRIPT", window.location.href).href)).default;
