package dev.sidecache.cli;

/** How a result is shown; the constants are the words on the command line. */
enum Output {
  text,
  json
}
