// What the proxy runs with, and where each value comes from.

import * as api from './api.js';
import { at, h, rows, say } from './dom.js';

let values = [];

function draw() {
  const part = at('config-filter').value.toLowerCase();
  const shown = values.filter((value) => value.path.toLowerCase().includes(part));
  rows(at('config-rows'), shown, (value) => value.path,
    (value) => [h('th', { scope: 'row' }, h('code', {}, value.path)), h('td', { class: 'mono' }), h('td')],
    (cells, value) => {
      say(cells[1], String(value.value));
      say(cells[2], value.source);
    }, 'No name has this.');
}

async function load() {
  const config = await api.get('v1/config', { effective: String(at('config-all').checked) });
  values = config.values;
  say(at('config-state'),
    `Generation ${config.generation}, hash ${config.hash}, since ${new Date(config.loaded).toLocaleString()}. Secrets are stars.`);
  draw();
}

let failed = () => {};

export function enter(fail) {
  failed = fail;
  load().catch(fail);
}

at('config-filter').addEventListener('input', draw);
at('config-all').addEventListener('change', () => load().catch(failed));
