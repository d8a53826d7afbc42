// Decides which contacts draw: pens and fingers, not palms; after a pen, no touch. For the pad and phones.

export const PALM_RADIUS = 32; // CSS pixels: a touch with a larger radius is a hand, not a finger

export class ContactFilter {
  penSeen = false;

  /**
   * Return whether a new contact may draw. Once a pen was used, every touch is ignored as the hand that holds it.
   * @param {string} pointerType PointerEvent.pointerType: "mouse", "pen" or "touch"
   * @param {number} radius CSS pixels
   */
  accepts(pointerType, radius) {
    this.penSeen ||= pointerType === "pen";
    if (pointerType !== "touch") return true;
    return radius <= PALM_RADIUS && !this.penSeen;
  }

  /**
   * Return whether a contact that draws turns out to be the hand: it is a touch, and a pen has come or it has grown.
   * @param {string} pointerType of the contact that draws
   * @param {number} radius of that contact, CSS pixels
   */
  isPalm(pointerType, radius) {
    return pointerType === "touch" && (this.penSeen || radius > PALM_RADIUS);
  }
}

/**
 * Return the radius of a contact in CSS pixels.
 * @param {PointerEvent} event
 */
export const contactRadius = (event) => Math.max(event.width, event.height) / 2;

/**
 * Let an element receive the pointer's events outside of it too, even outside the window.
 * @param {Element} element
 * @param {PointerEvent} event
 */
export function capturePointer(element, event) {
  if (event.isTrusted) element.setPointerCapture(event.pointerId); // throws for a script's event
}

/**
 * Return the positions of a move since the frame before, oldest first.
 * @param {PointerEvent} event
 */
export function coalescedEvents(event) {
  const events = event.getCoalescedEvents?.() ?? []; // Safari before 18.2 has none
  return events.length ? events : [event];
}
