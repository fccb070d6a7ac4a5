// Requests as they are answered.

import * as api from './api.js';
import { at, bytes, h, millis, offerRoutes, say } from './dom.js';

const MOST_ROWS = 200;
const AGAIN_MILLIS = 2000;
const RESULTS = ['hit', 'stale', 'revalidated', 'coalesced', 'miss', 'bypass', 'pass', 'error'];
const COLOURS = { hit: 'good', stale: 'good', revalidated: 'good', coalesced: 'good', miss: 'warn', error: 'bad' };

let ending = null;
let paused = false;
let failed = () => {};
let lost = 0;

function row(request) {
  const time = new Date(request.ts).toLocaleTimeString([], { hour12: false });
  const query = request.query ? `?${request.query}` : '';
  return h('tr', {},
    h('td', { class: 'time' }, time),
    h('td', { class: 'mono' }, `${request.method} ${request.path}${query}`),
    h('td', { class: request.status >= 500 ? 'bad' : null }, String(request.status)),
    h('td', { class: COLOURS[request.cache] ?? null }, request.cache + (request.tier ? ` ${request.tier}` : '')),
    h('td', {}, request.reason ? h('code', {}, request.reason) : ''),
    h('td', {}, request.route),
    h('td', { class: 'number' }, millis(request.dur_ms)),
    h('td', { class: 'number' }, bytes(request.bytes)));
}

function take(type, data) {
  if (type === 'lost') {
    lost += data.lost;
    say(at('live-state'), `Too fast to show: ${lost} left out.`);
  } else if (!paused) {
    const body = at('live-rows');
    body.querySelector('.empty')?.closest('tr').remove();
    body.prepend(row(data));
    while (body.children.length > MOST_ROWS) {
      body.lastElementChild.remove();
    }
  }
}

async function watch() {
  ending?.abort();
  const mine = new AbortController();
  ending = mine;
  lost = 0;
  at('live-rows').replaceChildren(
    h('tr', {}, h('td', { colspan: 8, class: 'empty' }, 'Requests from now on stand here, the latest first.')));
  const query = { route: at('live-route').value, cache: at('live-cache').value,
    status: at('live-status').value, min_ms: at('live-slow').value };
  while (!mine.signal.aborted) {
    try {
      await api.events(query, mine.signal, () => say(at('live-state'), 'Watching.'), take);
      say(at('live-state'), 'The proxy has ended the stream; it is asked again.');
    } catch (error) {
      if (mine.signal.aborted) {
        return;
      }
      if (error instanceof api.Refused) {
        say(at('live-state'), [error.message, ...error.errors].join('; '));
        if (error.status === 401) {
          failed(error);
        }
        return;
      }
      say(at('live-state'), 'The connection is lost; it is tried again.');
    }
    await new Promise((resolve) => { setTimeout(resolve, AGAIN_MILLIS); });
  }
}

export async function enter(fail) {
  failed = fail;
  watch();
  const table = await api.get('v1/routes').catch(() => ({ routes: [] }));
  offerRoutes(at('live-route'), table.routes.map((route) => route.name));
}

export function leave() {
  ending?.abort();
}

at('live-cache').append(...RESULTS.map((word) => h('option', {}, word)));
at('live-filter').addEventListener('submit', (event) => {
  event.preventDefault();
  watch();
});
at('pause').addEventListener('click', () => {
  paused = !paused;
  at('pause').setAttribute('aria-pressed', String(paused));
  say(at('live-state'), paused ? 'Paused: requests that come now are not shown.' : 'Watching.');
});
