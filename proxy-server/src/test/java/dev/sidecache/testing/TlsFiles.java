package dev.sidecache.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate that nobody vouches for and its key, as the PEM files that servers other than
 * Java's read.
 *
 * @param certificate also what a client names to trust it
 */
public record TlsFiles(Path certificate, Path key) {

  /** A certificate for this host name, in the directory. */
  public static TlsFiles forHost(String host, Path directory)
      throws IOException, InterruptedException, GeneralSecurityException {
    SelfSigned.forHost(host, directory);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    char[] password = SelfSigned.PASSWORD.toCharArray();
    try (InputStream in = Files.newInputStream(SelfSigned.file(host, directory))) {
      keys.load(in, password);
    }
    return new TlsFiles(
        pem(
            directory.resolve(host + ".crt"),
            "CERTIFICATE",
            keys.getCertificate(SelfSigned.ALIAS).getEncoded()),
        pem(
            directory.resolve(host + ".key"),
            "PRIVATE KEY",
            keys.getKey(SelfSigned.ALIAS, password).getEncoded()));
  }

  private static Path pem(Path file, String what, byte[] content) throws IOException {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n");
  }

  /** Options of a redis-server that speaks TLS only. */
  public String[] redisOptions() {
    return new String[] {
      "--port",
      "0",
      "--tls-port",
      "{port}",
      "--tls-cert-file",
      certificate.toString(),
      "--tls-key-file",
      key.toString(),
      "--tls-ca-cert-file",
      certificate.toString(),
      "--tls-auth-clients",
      "no"
    };
  }
}
