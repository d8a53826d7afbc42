// A session's drawings as the poster, at its end and at its link.

import { createElement, fillIn, setText } from "../shared/dom.js";
import { paintPoster } from "./poster.js";

// Fetch a session's drawings and show them as the poster, with a way to take it home; when it began, null
// where there is no such session.
export async function showPoster({ picture, download, texts, language }, session) {
  const code = session.split("-")[0];
  const answer = await fetch(`/api/rooms/${code}/drawings?session=${encodeURIComponent(session)}`);
  if (!answer.ok) return null;
  const { began, items } = await answer.json();
  const day = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "long" }).format(
    new Date(began),
  );
  paintPoster(picture, items, texts, day);
  picture.setAttribute("aria-label", fillIn(texts.poster, { texts: items.map((item) => item.text).join(", ") }));
  const file = await new Promise((done) => picture.toBlob(done, "image/png"));
  download.href = URL.createObjectURL(file);
  download.download = `inkling-${code}.png`;
  setText(download, texts.download);
  picture.dataset.drawings = items.length;
  return began;
}

// The page at a session's link: the poster alone.
export class Album {
  constructor(root) {
    this.picture = createElement("canvas", "poster");
    this.picture.setAttribute("role", "img");
    this.download = createElement("a", "button");
    this.problem = createElement("p", "sign");
    root.append(createElement("main", "album", this.picture, this.download, this.problem));
  }

  async update({ texts, language, show }) {
    if (language === this.language) return;
    Object.assign(this, { texts, language });
    if (!(await showPoster(this, show))) setText(this.problem, texts.no_session);
  }

  destroy() {}
}
