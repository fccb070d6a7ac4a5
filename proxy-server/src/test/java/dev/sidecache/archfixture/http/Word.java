package dev.sidecache.archfixture.http;

/** Something to import. */
public interface Word {}
