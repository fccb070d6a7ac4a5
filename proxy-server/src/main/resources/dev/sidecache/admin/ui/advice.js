// What the traffic suggests.

import * as api from './api.js';
import { at, count, h, percent, say } from './dom.js';

async function load() {
  const advice = await api.get('v1/advice');
  const suggestions = advice.suggestions ?? [];
  say(at('advice-state'), `From ${count(advice.requests ?? 0)} requests; nothing is changed by itself.`);
  at('advice-yaml').textContent = advice.yaml || '# nothing to suggest yet';
  const head = ['Route', 'Path', 'TTL, scope', 'Requests', 'Distinct answers', 'Would hit'];
  at('advice-rows').replaceChildren(h('div', { class: 'scroll', role: 'region', 'aria-labelledby': 'h-advice', tabindex: 0 },
    h('table', {},
      h('thead', {}, h('tr', {}, ...head.map((title) => h('th', { scope: 'col' }, title)))),
      h('tbody', {}, ...(suggestions.length ? suggestions.map((one) => h('tr', {},
        h('td', {}, one.route ?? 'new'), h('td', { class: 'mono' }, one.path), h('td', {}, [one.ttl, one.scope].filter(Boolean).join(', ') || '–'),
        h('td', {}, count(one.requests)), h('td', {}, count(one.distinct)), h('td', {}, percent(one.hit_rate))))
        : [h('tr', {}, h('td', { colspan: head.length, class: 'empty' }, 'No suggestion yet.'))])))));
}

export function enter(fail) {
  load().catch(fail);
}
