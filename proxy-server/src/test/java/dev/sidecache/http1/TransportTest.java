package dev.sidecache.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http1.Transport.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransportTest {
  private final List<String> warnings = new ArrayList<>();

  private Kind usable(@Nullable Kind wanted, Kind... missing) {
    Set<Kind> absent = Set.of(missing);
    return Kind.usable(wanted, kind -> absent.contains(kind) ? "refused" : null, warnings::add);
  }

  @Test
  void whatTheSystemHasIsUsedAsToldWithoutAWarning() {
    for (Kind kind : Kind.values()) {
      assertThat(usable(kind)).isEqualTo(kind);
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void whatIsMissingIsReplacedByTheUsualOneWithAWarning() {
    assertThat(usable(Kind.IO_URING, Kind.IO_URING)).isEqualTo(Kind.EPOLL);
    assertThat(usable(Kind.IO_URING, Kind.IO_URING, Kind.EPOLL)).isEqualTo(Kind.NIO);
    assertThat(usable(Kind.EPOLL, Kind.EPOLL)).isEqualTo(Kind.NIO);
    assertThat(warnings)
        .containsExactly(
            "server.transport: io_uring is not available here, epoll is used: refused",
            "server.transport: io_uring is not available here, nio is used: refused",
            "server.transport: epoll is not available here, nio is used: refused");
  }

  @Test
  void autoNeverWarns() {
    assertThat(usable(null)).isEqualTo(Kind.EPOLL);
    assertThat(usable(null, Kind.EPOLL, Kind.IO_URING)).isEqualTo(Kind.NIO);
    assertThat(warnings).isEmpty();
  }
}
