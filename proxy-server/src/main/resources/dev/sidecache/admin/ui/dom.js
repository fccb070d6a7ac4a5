// Elements, tables that keep their rows, figures for people, and the charts.

const SVG = 'http://www.w3.org/2000/svg';

export const at = (id) => document.getElementById(id);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Sets the text only where it differs, so that readers and selections are left alone. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * Brings a table's rows to a list. Rows are kept by key, so the focus stays where it is.
 *
 * @param make makes the cells of a new row
 * @param update is given the row's cells and its item
 */
export function rows(body, items, key, make, update, nothing) {
  const known = new Map([...body.children].map((row) => [row.dataset.key, row]));
  if (items.length === 0) {
    const width = body.parentElement.tHead.rows[0].cells.length;
    body.replaceChildren(h('tr', {}, h('td', { colspan: width, class: 'empty' }, nothing)));
    return;
  }
  const wanted = items.map((item) => {
    const name = key(item);
    let row = known.get(name);
    if (!row) {
      row = h('tr', {}, ...make(item));
      row.dataset.key = name;
    }
    update(row.children, item);
    return row;
  });
  wanted.forEach((row, index) => {
    if (body.children[index] !== row) {
      body.insertBefore(row, body.children[index] ?? null);
    }
  });
  while (body.children.length > wanted.length) {
    body.lastElementChild.remove();
  }
}

/** Puts an element into a place unless an equal one is there. */
export function put(place, element) {
  if (place.firstElementChild?.outerHTML !== element.outerHTML) {
    place.replaceChildren(element);
  }
}

const WHOLE = new Intl.NumberFormat('en');
export const count = (value) => WHOLE.format(value);
export const percent = (part) => `${(100 * part).toFixed(1)} %`;

export function bytes(value) {
  let unit = 0;
  let rest = value;
  while (rest >= 1024 && unit < 4) {
    rest /= 1024;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${rest.toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`;
}

export function millis(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  return value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

export function duration(seconds) {
  const whole = Math.round(Math.abs(seconds));
  const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = units.findIndex(([size]) => whole >= size);
  if (first < 0) {
    return '0 s';
  }
  const [size, name] = units[first];
  const next = units[first + 1];
  const rest = next ? Math.floor((whole % size) / next[0]) : 0;
  return `${Math.floor(whole / size)} ${name}${rest ? ` ${rest} ${next[1]}` : ''}`;
}

/** A bar from 0 to 1; the figure stands beside it, so the bar itself says nothing. */
export function bar(part) {
  const width = 60 * Math.min(1, Math.max(0, part));
  return s('svg', { width: 60, height: 8, viewBox: '0 0 60 8', 'aria-hidden': 'true' },
    s('rect', { class: 'track', width: 60, height: 8, rx: 2 }),
    s('rect', { class: 'hit', width: width.toFixed(1), height: 8, rx: 2 }));
}

/** Bars of requests, the hits of each at its foot. */
export function sparkline(series, label) {
  const most = Math.max(1, ...series.requests);
  const parts = [];
  series.requests.forEach((requests, index) => {
    const all = 24 * (requests / most);
    const hits = 24 * (series.hits[index] / most);
    if (requests > 0) {
      parts.push(s('rect', { class: 'rest', x: 2 * index, y: (24 - all).toFixed(1), width: 1.6, height: (all - hits).toFixed(1) }));
      parts.push(s('rect', { class: 'hit', x: 2 * index, y: (24 - hits).toFixed(1), width: 1.6, height: hits.toFixed(1) }));
    }
  });
  return s('svg', { width: 120, height: 24, viewBox: '0 0 120 24', role: 'img', 'aria-label': label }, ...parts);
}

/** The same, large, with an axis. */
export function chart(series, label) {
  const most = Math.max(1, ...series.requests);
  const [width, height, left] = [640, 150, 44];
  const step = (width - left) / series.requests.length;
  const parts = [
    s('line', { class: 'axis', x1: left, x2: width, y1: height, y2: height }),
    s('text', { x: left - 6, y: 14, 'text-anchor': 'end' }, count(most)),
    s('text', { x: left - 6, y: height, 'text-anchor': 'end' }, '0'),
    s('text', { x: left, y: height + 18 }, `${duration(series.step_s * series.requests.length)} ago`),
    s('text', { x: width, y: height + 18, 'text-anchor': 'end' }, 'now'),
  ];
  series.requests.forEach((requests, index) => {
    const all = (height - 6) * (requests / most);
    const hits = (height - 6) * (series.hits[index] / most);
    const x = (left + step * index).toFixed(1);
    const wide = (step * 0.8).toFixed(1);
    if (requests > 0) {
      parts.push(s('rect', { class: 'rest', x, y: (height - all).toFixed(1), width: wide, height: (all - hits).toFixed(1) }));
      parts.push(s('rect', { class: 'hit', x, y: (height - hits).toFixed(1), width: wide, height: hits.toFixed(1) }));
    }
  });
  return s('svg', { class: 'chart', viewBox: `0 0 ${width} ${height + 24}`, role: 'img', 'aria-label': label }, ...parts);
}

/** Asks before something is done; resolves to whether it is wanted. */
export function confirm(title, content, yes) {
  const dialog = at('dialog');
  at('dialog-title').textContent = title;
  at('dialog-text').replaceChildren(...content);
  at('dialog-yes').hidden = yes === null;
  at('dialog-yes').textContent = yes ?? '';
  at('dialog-no').textContent = yes === null ? 'Close' : 'Cancel';
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

/** The names of the routes, for the lists to choose from. */
export function offerRoutes(select, names) {
  const known = [...select.options].slice(1).map((option) => option.value);
  if (known.join() !== names.join()) {
    const value = select.value;
    select.replaceChildren(select.options[0],
      ...names.map((name) => h('option', { value: name }, name === '-' ? 'none' : name)));
    select.value = names.includes(value) ? value : '';
  }
}
