package dev.sidecache.archfixture.util;

/** In a package that does not exist. */
interface Anything {}
