package dev.sidecache.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

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
    return written(SelfSigned.forHost(host, directory), directory, host);
  }

  /** The files of this certificate, in the directory. */
  public static TlsFiles of(SelfSigned own, Path directory)
      throws IOException, GeneralSecurityException {
    return written(own, directory, "tls");
  }

  private static TlsFiles written(SelfSigned own, Path directory, String name)
      throws IOException, GeneralSecurityException {
    return new TlsFiles(
        Files.writeString(directory.resolve(name + ".crt"), own.certificatePem()),
        Files.writeString(directory.resolve(name + ".key"), own.keyPem()));
  }

  /** The key of the section server, in YAML. */
  public String yaml() {
    return "tls: { certificate: \"" + certificate + "\", key: \"" + key + "\" }";
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
