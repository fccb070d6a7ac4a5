package dev.sidecache.archfixture.rule;

import dev.sidecache.archfixture.http.Word;

/** Something to import, in the right direction. */
public interface Thing extends Word {}
