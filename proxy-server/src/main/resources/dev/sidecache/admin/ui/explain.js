// Why a request is, or is not, answered from the cache.

import * as api from './api.js';
import { at, h } from './dom.js';

const NAMES = { never_cache: 'never_cache', invalidated_by: 'invalidated by', cache_status: 'Cache-Status' };

let failed = () => {};

function headers() {
  const fields = {};
  for (const line of at('explain-headers').value.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) {
      fields[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
    }
  }
  return fields;
}

function request() {
  const asked = { method: at('explain-method').value, url: at('explain-url').value };
  const fields = headers();
  if (Object.keys(fields).length > 0) {
    asked.headers = fields;
  }
  if (at('explain-body').value) {
    asked.body = at('explain-body').value;
  }
  return asked;
}

function shown(value) {
  if (Array.isArray(value)) {
    return value.join(', ');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function explain() {
  at('explain-error').textContent = '';
  const trace = await api.post('v1/explain', request());
  const parts = Object.entries(trace)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .flatMap(([name, value]) => [h('dt', {}, NAMES[name] ?? name), h('dd', {}, shown(value))]);
  at('explain-result').replaceChildren(...parts);
}

at('explain-form').addEventListener('submit', (event) => {
  event.preventDefault();
  explain().catch((error) => {
    at('explain-result').replaceChildren();
    if (error instanceof api.Refused && error.status !== 401) {
      at('explain-error').textContent = [error.message, ...error.errors].join('; ');
    } else {
      failed(error);
    }
  });
});

export function enter(fail) {
  failed = fail;
}
