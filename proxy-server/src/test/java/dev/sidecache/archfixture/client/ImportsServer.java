package dev.sidecache.archfixture.client;

import dev.sidecache.archfixture.http.Word;

/** The client does not run alone. */
interface ImportsServer {
  Word word();
}
