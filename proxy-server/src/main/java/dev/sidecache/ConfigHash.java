package dev.sidecache;

import dev.sidecache.config.ProxyConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A short digest by which two running configurations are told apart. */
final class ConfigHash {
  private ConfigHash() {}

  /** 12 hexadecimal digits over every effective value; secrets count as set or not. */
  static String of(ProxyConfig config) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      config
          .settings()
          .forEach(
              (path, setting) ->
                  digest.update(
                      (path + "=" + setting.shown() + "\n").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
