package dev.sidecache.redis;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;

/** The contract over the HTTP API, values as they are. */
class RestSharedStoreContractIT extends RestContract {
  @BeforeAll
  static void start() {
    start(UnaryOperator.identity());
  }
}
