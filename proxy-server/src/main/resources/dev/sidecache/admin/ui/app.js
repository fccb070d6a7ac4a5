// The frame: which view is shown, what is asked again and again, and what happens when nobody answers.

import * as api from './api.js';
import { at, say } from './dom.js';
import * as overview from './overview.js';
import * as routes from './routes.js';
import * as live from './live.js';
import * as keys from './keys.js';
import * as explain from './explain.js';
import * as advice from './advice.js';
import * as config from './config.js';

const VIEWS = { overview, routes, live, keys, explain, advice, config };
const PERIOD_MILLIS = 2000;

let shown = null;
let timer = 0;
let lostSince = null;

function wanted() {
  const name = location.hash.slice(1);
  return name in VIEWS && !document.querySelector(`nav a[href="#${name}"]`)?.hidden ? name : 'overview';
}

function show() {
  const name = wanted();
  if (name === shown) {
    return;
  }
  const first = shown === null;
  VIEWS[shown]?.leave?.();
  shown = name;
  for (const section of document.querySelectorAll('main > section')) {
    section.hidden = section.id !== `view-${name}`;
  }
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${name}`) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  const title = document.querySelector(`#view-${name} h1`).textContent;
  document.title = `${title} – sidecache`;
  if (!first) {
    at('main').focus();
  }
  VIEWS[name].enter?.(fail);
  refresh();
}

const STATES = { healthy: 'good', starting: 'warn', draining: 'warn', unhealthy: 'bad' };

async function frame() {
  const [health, info] = await Promise.all([api.health(), api.get('v1/info')]);
  const disabled = health.cache.enabled ? '' : `, cache disabled (${health.cache.reason})`;
  say(at('health'), health.status + disabled);
  at('health').className = `pill ${disabled ? 'warn' : STATES[health.status]}`;
  const since = new Date(info.started).toLocaleString();
  say(at('facts'), `mode ${info.mode}, store ${info.store}, ${info.version}, up since ${since}`);
}

async function refresh() {
  clearTimeout(timer);
  const view = shown;
  try {
    if (!document.hidden) {
      await Promise.all([frame(), VIEWS[view].refresh?.()]);
      found();
    }
  } catch (error) {
    fail(error);
  }
  if (shown !== null) {
    clearTimeout(timer);
    timer = setTimeout(refresh, PERIOD_MILLIS);
  }
}

/** An answer has come: figures are of now again. */
function found() {
  lostSince = null;
  at('lost').hidden = true;
  at('main').classList.remove('old');
}

/** 401 asks for the token; a refusal is told in its own words; silence marks all figures as old. */
function fail(error) {
  if (error instanceof api.Refused && error.status === 401) {
    askForToken(error);
    return;
  }
  lostSince ??= new Date();
  const refused = error instanceof api.Refused;
  const text = refused
    ? `The proxy refuses: ${error.message}`
    : `The proxy does not answer. Figures are those of ${lostSince.toLocaleTimeString()}; it is asked again.`;
  say(at('lost'), text);
  at('lost').hidden = false;
  at('main').classList.add('old');
  if (!refused) {
    say(at('health'), 'not reachable');
    at('health').className = 'pill bad';
  }
}

function askForToken(error) {
  const again = at('token').value !== '';
  clearTimeout(timer);
  VIEWS[shown]?.leave?.();
  shown = null;
  at('lost').hidden = true;
  for (const section of document.querySelectorAll('main > section')) {
    section.hidden = section.id !== 'view-token';
  }
  document.querySelector('nav').hidden = true;
  document.title = 'Token – sidecache';
  say(at('health'), 'locked');
  at('token-error').textContent = again ? `Not this one: ${error.message}` : '';
  at('token').focus();
}

at('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  api.setToken(at('token').value.trim());
  document.querySelector('nav').hidden = false;
  start();
});

/** What this proxy does not have is not offered. */
async function offer(link, ask) {
  try {
    await ask();
    at(link).hidden = false;
  } catch (error) {
    at(link).hidden = error instanceof api.Refused && error.status === 404;
  }
}

async function start() {
  await Promise.all([
    offer('nav-explain', () => api.post('v1/explain', { method: 'GET', url: '/' })),
    offer('nav-advice', () => api.get('v1/advice')),
  ]);
  show();
}

window.addEventListener('hashchange', show);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && shown !== null) {
    refresh();
  }
});
start();
