package dev.sidecache.redis;

import org.junit.jupiter.api.BeforeAll;

/** The contract over an HTTP API that takes no bytes, values as text. */
class RestTextSharedStoreContractIT extends RestContract {
  @BeforeAll
  static void start() {
    start(api -> api.withoutPathForm().withEncodedOk());
  }
}
