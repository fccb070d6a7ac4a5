// Totals, what they are worth, and what is wrong.

import * as api from './api.js';
import { at, bar, bytes, chart, count, duration, h, millis, percent, put, rows, say } from './dom.js';

const CHECK_MILLIS = 60_000;
const SIGNS = { passed: '✓ passed', warning: '! warning', failed: '✗ failed', skipped: '– skipped' };
const COLOURS = { passed: 'good', warning: 'warn', failed: 'bad', skipped: '' };

let meanings = null;
let checkedAt = 0;
let price = 0;

function card(id, title, ...extra) {
  let element = at(`card-${id}`);
  if (!element) {
    element = h('div', { class: 'card', id: `card-${id}` },
      h('h2', {}, title), h('p', { class: 'figure' }), h('div'), h('p', { class: 'note' }), ...extra);
    at('cards').append(element);
  }
  return element.children;
}

function tell(id, title, figure, note, gauge) {
  const [, large, middle, small] = card(id, title);
  say(large, figure);
  say(small, note);
  if (gauge !== undefined) {
    put(middle, bar(gauge));
  }
}

function money(stats) {
  const field = () => h('label', {}, 'Price of 1,000 backend calls',
    h('input', { id: 'price', type: 'number', min: 0, step: 'any', size: 6, placeholder: '0.00',
      oninput: (event) => { price = Number(event.target.value) || 0; } }));
  const cells = at('card-money') ? at('card-money').children : card('money', 'Money saved', field());
  say(cells[1], price > 0 ? ((stats.backend_calls_avoided / 1000) * price).toFixed(2) : '–');
  say(cells[3], price > 0 ? 'at your price' : 'name your price below');
}

function redis(stats) {
  if (stats.store === 'memory') {
    tell('redis', 'Redis', 'not used', 'the store is memory');
  } else {
    const state = stats.cache.enabled ? 'connected' : stats.cache.reason;
    const keys = stats.keys.redis === null ? '' : `, ${count(stats.keys.redis)} keys`;
    const used = stats.memory.redis_bytes === null ? '' : `, ${bytes(stats.memory.redis_bytes)}`;
    tell('redis', 'Redis', state, `${stats.cache.endpoint ?? 'no address'}${keys}${used}`);
  }
  const budget = stats.commands;
  if (budget) {
    tell('budget', 'Redis commands', count(budget.spent),
      `of ${count(budget.budget)} a ${budget.period}, forecast ${count(budget.forecast)}`,
      budget.spent / budget.budget);
  }
}

function upstream(table) {
  const slowest = table.routes
    .filter((route) => route.times.backend_p50_ms !== null)
    .sort((a, b) => b.times.backend_p50_ms - a.times.backend_p50_ms)[0];
  const note = slowest ? `slowest route: ${slowest.name}` : 'no request was forwarded yet';
  tell('upstream', 'Backend, median', millis(slowest?.times.backend_p50_ms), note);
}

function traffic(table) {
  const series = table.routes.map((route) => route.series);
  const sum = (name) => series[0][name].map((_, slot) => series.reduce((all, one) => all + one[name][slot], 0));
  const all = { step_s: series[0].step_s, requests: sum('requests'), hits: sum('hits') };
  const total = all.requests.reduce((a, b) => a + b, 0);
  const hits = all.hits.reduce((a, b) => a + b, 0);
  say(at('traffic-step'), duration(all.step_s));
  put(at('traffic'), chart(all, `${count(total)} requests, ${count(hits)} of them hits, in the last ${duration(60 * all.step_s)}`));
}

function reasons(stats) {
  const counts = [...Object.entries(stats.bypassed), ...Object.entries(stats.not_stored)]
    .map(([word, requests]) => ({ word, requests }))
    .sort((a, b) => b.requests - a.requests).slice(0, 8);
  rows(at('reasons'), counts, (one) => one.word,
    (one) => [h('td', {}, h('code', {}, one.word)),
      h('td', {}, meanings[one.word]?.meaning ?? '', h('span', { class: 'sub' }, meanings[one.word]?.remedy ?? '')),
      h('td', { class: 'number' })],
    (cells, one) => say(cells[2], count(one.requests)),
    'Nothing: each request was looked up, and what was fetched was stored.');
}

async function check() {
  checkedAt = Date.now();
  const report = await api.get('v1/doctor');
  at('checks').replaceChildren(...report.checks.map((one) => h('li', {},
    h('span', { class: COLOURS[one.state] }, SIGNS[one.state]),
    h('strong', {}, one.name), h('span', {}, one.detail),
    one.remedy ? h('span', { class: 'remedy' }, `→ ${one.remedy}`) : null)));
}

export async function refresh() {
  const window = at('window').value;
  const [stats, table] = await Promise.all([
    api.get('v1/stats', { window }),
    api.get('v1/routes', { window, series: window === '5m' ? '5m' : '1h' }),
  ]);
  meanings ??= await (await fetch('reasons.json')).json();
  tell('rate', 'Hit rate', percent(stats.hit_rate), `${count(stats.hits)} hits, ${count(stats.misses)} misses`, stats.hit_rate);
  tell('avoided', 'Backend calls avoided', count(stats.backend_calls_avoided), 'answered from the cache');
  tell('saved', 'Time saved', duration(stats.time_saved_s), 'that callers did not wait');
  money(stats);
  tell('memory', 'Memory', bytes(stats.memory.l1_bytes),
    `${count(stats.keys.l1)} entries; ${bytes(stats.memory.l1_max_bytes)} at most`,
    stats.memory.l1_bytes / stats.memory.l1_max_bytes);
  redis(stats);
  upstream(table);
  traffic(table);
  reasons(stats);
  if (Date.now() - checkedAt > CHECK_MILLIS) {
    await check();
  }
}

let failed = () => {};

export function enter(fail) {
  failed = fail;
}

at('window').addEventListener('change', () => refresh().catch(failed));
at('check').addEventListener('click', () => check().catch(failed));
