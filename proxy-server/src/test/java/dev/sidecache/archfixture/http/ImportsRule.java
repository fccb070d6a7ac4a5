package dev.sidecache.archfixture.http;

import dev.sidecache.archfixture.rule.Thing;

/** Against the order of packages, and round in a circle. */
interface ImportsRule {
  Thing thing();
}
