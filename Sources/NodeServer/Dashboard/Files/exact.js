// JSON as it was written: numbers that JavaScript cannot hold, such as 12345678901234567890, keep their digits.

/** Deeper levels are not moved in any further. */
const deepest = 40;

/** The tokens of JSON that has been read before, with their places. */
function* tokens(text) {
  for (let at = 0; at < text.length;) {
    let end = at + 1;
    if (text[at] === '"') {
      while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
      end += 1;
    } else if (!" \n\r\t{}[],:".includes(text[at])) {
      while (end < text.length && !" \n\r\t{}[],:".includes(text[end])) end += 1;
    }
    if (!" \n\r\t".includes(text[at])) yield [text.slice(at, end), at];
    at = end;
  }
}

/** The value of a text, in which each member of one of `names` has its text beside it: `data` has `data_text`. */
export function parseKeeping(text, names) {
  const value = JSON.parse(text);
  if (names.length === 0) return value;
  const wanted = new Map(names.map((name) => [JSON.stringify(name), JSON.stringify(name + "_text")]));
  let written = "";
  let end = 0;
  let last = null;
  let member = null;
  for (const [token, at] of tokens(text)) {
    if (member) {
      member.start ??= at;
      if (token === "{" || token === "[") member.depth += 1;
      else if (token === "}" || token === "]") member.depth -= 1;
      if (member.depth > 0) continue;
      const place = at + token.length;
      written += `${text.slice(end, place)},${member.name}:${JSON.stringify(text.slice(member.start, place))}`;
      [end, member] = [place, null];
    } else if (token === ":" && wanted.has(last)) {
      member = { name: wanted.get(last), depth: 0, start: null };
    }
    last = token;
  }
  return JSON.parse(written + text.slice(end));
}

/** The text with one member or item a line, its numbers and strings as they are. */
export function pretty(text) {
  let written = "";
  let depth = 0;
  let last = "";
  for (const [token] of tokens(text)) {
    const isEnd = token === "}" || token === "]";
    const isFirst = last === "{" || last === "[";
    if (isEnd) depth -= 1;
    if (isEnd ? !isFirst : isFirst || last === ",") written += "\n" + "  ".repeat(Math.min(depth, deepest));
    written += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth += 1;
    last = token;
  }
  return written;
}
