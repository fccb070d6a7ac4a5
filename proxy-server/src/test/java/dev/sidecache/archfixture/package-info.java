/** Classes that break the rules of the architecture, one each, and a few that keep them. */
package dev.sidecache.archfixture;
