package dev.sidecache.client;

/**
 * What proxy it is.
 *
 * @param version of sidecache
 * @param revision of its source
 * @param java version it runs on
 * @param started instant, ISO 8601
 * @param uptimeS seconds since then
 * @param mode {@code serve}, {@code observe} or {@code shadow}
 * @param store {@code redis} or {@code memory}
 * @param configHash short digest of the running configuration
 * @param draining whether it is about to end
 */
public record ClientInfo(
    String version,
    String revision,
    String java,
    String started,
    long uptimeS,
    String mode,
    String store,
    String configHash,
    boolean draining) {}
