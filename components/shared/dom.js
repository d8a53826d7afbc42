// What every component uses: texts with values in them, and elements of the page.

const fillIn = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

function make(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}

// The browser styles a node anew when it is told to hide it, even where it is hidden already.
function hide(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}
