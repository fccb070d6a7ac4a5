package dev.sidecache.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What runs: told at {@code /v1/info} and {@code /v1/stats}.
 *
 * @param version of sidecache
 * @param revision of its source
 * @param java version of what it runs on
 * @param started when the process was ready
 * @param mode of the configuration: {@code serve}, {@code observe} or {@code shadow}
 * @param store {@code redis} or {@code memory}
 * @param endpoint of Redis without credentials; null without Redis
 * @param transport {@code resp} or {@code rest}; null without Redis
 * @param commands what is spent of the command budget; null without one
 * @param configHash short digest of the running configuration
 */
public record Running(
    String version,
    String revision,
    String java,
    Instant started,
    String mode,
    String store,
    @Nullable String endpoint,
    @Nullable String transport,
    @Nullable CommandFigures commands,
    String configHash) {}
