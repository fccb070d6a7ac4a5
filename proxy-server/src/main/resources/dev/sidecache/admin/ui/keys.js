// What is stored, and getting rid of it.

import * as api from './api.js';
import { at, bytes, confirm, count, duration, h, offerRoutes, rows, say } from './dom.js';

let found = [];
let next = null;
let failed = () => {};

const ONE = { tags: 'tag', urls: 'URL', prefixes: 'prefix', routes: 'route' };

function outcome(result) {
  const parts = [`${count(result.removed.l1)} in this proxy's memory`];
  if (result.removed.redis !== null) {
    parts.push(`${count(result.removed.redis)} in Redis`);
  }
  const pending = result.pending ? '. Redis is away: it is delivered before the cache answers again' : '';
  return parts.join(', ') + pending + (result.hint ? `. Hint: ${result.hint}` : '');
}

/** Tells what would go, asks, and purges; resolves to what became of it, or null. */
export async function purge(kind, name, counted = false) {
  const wanted = kind === 'all' ? { all: true } : { [kind]: [name] };
  const request = counted ? { ...wanted, count: true } : wanted;
  const dry = await api.post('v1/purge', { ...request, dry_run: true });
  const what = kind === 'all' ? 'everything of this namespace' : `${ONE[kind]} ${name}`;
  const yes = await confirm(`Purge ${what}?`, [
    h('p', {}, `This would remove ${outcome(dry)}.`),
    h('p', {}, 'It holds in all instances, at once. The next requests go to the backend.'),
  ], 'Purge');
  if (!yes) {
    return null;
  }
  const done = await api.post('v1/purge', request);
  return `Purged ${what}: ${outcome(done)}.`;
}

async function inspect(key) {
  const entry = await api.get(`v1/entries/${key.id}`);
  await confirm(entry.url, [
    h('dl', { class: 'trace' },
      h('dt', {}, 'Tags'), h('dd', {}, entry.tags.join(', ') || 'none'),
      h('dt', {}, 'Header fields'), h('dd', {}, entry.fields.join(', ')),
      h('dt', {}, 'Status'), h('dd', {}, String(entry.status)),
      h('dt', {}, 'Varies by'), h('dd', {}, entry.vary.join(', ') || 'nothing more'),
      h('dt', {}, 'Id'), h('dd', { class: 'mono' }, entry.id)),
  ], null);
}

function path(url) {
  return url.slice(url.indexOf('/')).split('?')[0];
}

function make(key) {
  return [
    h('td', { class: 'mono' }, `${key.method} ${key.url}`),
    h('td', {}, key.user ? h('code', {}, `user ${key.user}`) : 'everybody'),
    h('td', {}, key.route), h('td', { class: 'number' }), h('td', { class: 'number' }),
    h('td', { class: 'number' }, bytes(key.bytes)),
    h('td', {},
      h('button', { type: 'button', class: 'quiet', 'aria-label': `Inspect ${key.url}`,
        onclick: () => inspect(key).catch(told) }, 'Inspect'), ' ',
      h('button', { type: 'button', class: 'quiet danger', 'aria-label': `Purge ${path(key.url)}`,
        onclick: () => purgeAndSearch(key) }, 'Purge…')),
  ];
}

function draw() {
  rows(at('key-rows'), found, (key) => key.id, make, (cells, key) => {
    say(cells[3], duration(key.age_s));
    say(cells[4], key.ttl_s > 0 ? duration(key.ttl_s) : `stale for ${duration(key.ttl_s)}`);
  }, 'Nothing here. Another instance, or Redis, may hold more.');
  at('key-more').hidden = next === null;
}

async function search(cursor) {
  const page = await api.get('v1/keys', { prefix: at('key-prefix').value, tag: at('key-tag').value,
    route: at('key-route').value, limit: '50', cursor });
  found = cursor ? [...found, ...page.keys] : page.keys;
  next = page.next;
  say(at('key-state'), `${count(found.length)} shown; ${count(page.entries)} entries in this proxy's memory.`);
  draw();
}

function told(error) {
  if (error instanceof api.Refused && error.status !== 401) {
    say(at('key-state'), [error.message, ...error.errors].join('; '));
  } else {
    failed(error);
  }
}

async function purgeAndSearch(key) {
  try {
    const result = await purge('urls', path(key.url));
    if (result) {
      await search('');
      say(at('key-state'), result);
    }
  } catch (error) {
    told(error);
  }
}

export async function enter(fail) {
  failed = fail;
  search('').catch(told);
  const table = await api.get('v1/routes').catch(() => ({ routes: [] }));
  offerRoutes(at('key-route'), table.routes.map((route) => route.name).filter((name) => name !== '-'));
}

at('key-search').addEventListener('submit', (event) => {
  event.preventDefault();
  search('').catch(told);
});
at('key-more').addEventListener('click', () => search(next).catch(told));
at('purge-kind').addEventListener('change', () => {
  at('purge-name-label').hidden = at('purge-kind').value === 'all';
});
at('purge-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const kind = at('purge-kind').value;
  try {
    const result = await purge(kind, at('purge-name').value.trim(), at('purge-count').checked);
    say(at('purge-result'), result ?? 'Nothing was purged.');
    await search('');
  } catch (error) {
    if (error instanceof api.Refused && error.status !== 401) {
      say(at('purge-result'), [error.message, ...error.errors].join('; '));
    } else {
      failed(error);
    }
  }
});
