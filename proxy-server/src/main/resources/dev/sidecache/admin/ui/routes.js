// One line a route.

import * as api from './api.js';
import { at, bar, bytes, count, duration, h, millis, percent, put, rows, say, sparkline } from './dom.js';
import { purge } from './keys.js';

const COLUMNS = [
  { title: 'Route', value: (route) => route.name },
  { title: 'Requests', value: (route) => route.requests, number: true },
  { title: 'Hit rate', value: (route) => route.hit_rate, number: true },
  { title: 'Last 5 minutes' },
  { title: 'Hit p50 / p99', value: (route) => route.times.hit_p50_ms ?? -1, number: true },
  { title: 'Backend p50 / p99', value: (route) => route.times.backend_p50_ms ?? -1, number: true },
  { title: 'Time saved', value: (route) => route.time_saved_s, number: true },
  { title: 'Sent', value: (route) => route.bytes, number: true },
  { title: 'Entries', value: (route) => route.entries, number: true },
  { title: 'Actions' },
];

let order = { column: 1, down: true };

function head() {
  at('route-head').replaceChildren(...COLUMNS.map((column, index) => {
    const sorted = order.column === index;
    const cell = h('th', { scope: 'col', class: column.number ? 'number' : null,
      'aria-sort': sorted ? (order.down ? 'descending' : 'ascending') : null });
    cell.append(column.value
      ? h('button', { type: 'button', onclick: () => sort(index) }, column.title + (sorted ? (order.down ? ' ↓' : ' ↑') : ''))
      : column.title);
    return cell;
  }));
}

function sort(index) {
  order = { column: index, down: order.column === index ? !order.down : COLUMNS[index].number === true };
  head();
  at('route-head').children[index].firstElementChild.focus();
  draw();
}

let table = { routes: [] };

function compare(a, b) {
  const value = COLUMNS[order.column].value;
  const [one, other] = [value(a), value(b)];
  const ascending = typeof one === 'string' ? one.localeCompare(other) : one - other;
  return order.down ? -ascending : ascending;
}

function make(route) {
  const name = route.name === '-' ? 'no route' : route.name;
  const ttl = route.ttl_s === null ? 'as the backend says' : `TTL ${duration(route.ttl_s)}`;
  const methods = route.methods.filter((method) => method !== 'HEAD' || !route.methods.includes('GET'));
  const pattern = route.path ? `${methods.join(' ')} ${route.path}, ${ttl}` : 'what no route takes';
  const mode = route.mode && route.mode !== 'serve' ? `, mode ${route.mode}` : '';
  return [
    h('th', { scope: 'row' }, name, h('span', { class: 'sub' }, pattern + mode)),
    ...COLUMNS.slice(1).map((column) => h('td', { class: column.number ? 'number' : null })),
  ];
}

function update(cells, route) {
  say(cells[1], count(route.requests));
  if (!cells[2].firstElementChild) {
    cells[2].append(h('div', { class: 'rate' }, h('span'), h('span')));
  }
  const [gauge, rate] = cells[2].firstElementChild.children;
  put(gauge, bar(route.hit_rate));
  say(rate, percent(route.hit_rate));
  const total = route.series.requests.reduce((a, b) => a + b, 0);
  const hits = route.series.hits.reduce((a, b) => a + b, 0);
  put(cells[3], sparkline(route.series, `${count(total)} requests, ${count(hits)} hits in 5 minutes`));
  say(cells[4], `${millis(route.times.hit_p50_ms)} / ${millis(route.times.hit_p99_ms)}`);
  say(cells[5], `${millis(route.times.backend_p50_ms)} / ${millis(route.times.backend_p99_ms)}`);
  say(cells[6], duration(route.time_saved_s));
  say(cells[7], bytes(route.bytes));
  say(cells[8], count(route.entries));
  if (route.path && !cells[9].firstElementChild) {
    cells[9].append(h('button', { type: 'button', class: 'quiet danger', 'aria-label': `Purge route ${route.name}`,
      onclick: () => purge('routes', route.name).catch(failed) }, 'Purge…'), h('span', { class: 'sub' }));
  }
  if (route.last_purge) {
    say(cells[9].lastElementChild, `last ${new Date(route.last_purge).toLocaleTimeString([], { hour12: false })}`);
  }
}

function draw() {
  rows(at('route-rows'), [...table.routes].sort(compare), (route) => route.name, make, update, 'There is no route.');
}

export async function refresh() {
  table = await api.get('v1/routes', { series: '5m' });
  draw();
}

let failed = () => {};

export function enter(fail) {
  failed = fail;
  head();
}
