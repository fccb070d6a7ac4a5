package dev.sidecache.listener;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The octets of PEM files: a certificate chain, the private key of its first certificate, and the
 * authorities of clients.
 *
 * @param certificate the chain, the server's own certificate first
 * @param key in PKCS #8
 * @param clientCa authorities that vouch for clients; null without a file of these
 */
@SuppressWarnings("ArrayRecordComponent")
record PemPair(byte[] certificate, byte[] key, byte @Nullable [] clientCa) {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final String CONVERT =
      "convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEWKEY";

  /** Tells why a pair cannot be used: the key of the configuration, what is wrong, the remedy. */
  static final class Unusable extends GeneralSecurityException {
    private static final long serialVersionUID = 1;
    private final HttpListener.Settings.Tls.Fault fault;

    Unusable(String key, String message, String hint) {
      super(key + ": " + message + "; " + hint);
      this.fault = new HttpListener.Settings.Tls.Fault(key, message, hint);
    }

    HttpListener.Settings.Tls.Fault fault() {
      return fault;
    }
  }

  /**
   * A pair that fits together.
   *
   * @param chain the server's own certificate first
   */
  record Identity(PrivateKey key, List<X509Certificate> chain) {}

  /** Reads the files; blocks. */
  static PemPair read(HttpListener.Settings.Tls files) throws Unusable {
    Path authorities = files.clientCa();
    return new PemPair(
        read("certificate", files.certificate()),
        read("key", files.key()),
        authorities == null ? null : read("client_ca", authorities));
  }

  private static byte[] read(String name, Path file) throws Unusable {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      String what = Files.exists(file) ? " cannot be read" : " is not there";
      throw new Unusable(name, file + what, "name a PEM file that this process may read");
    }
  }

  boolean isSameAs(PemPair other) {
    return Arrays.equals(certificate, other.certificate)
        && Arrays.equals(key, other.key)
        && Arrays.equals(clientCa, other.clientCa);
  }

  /** Certificate and key, if they can be read and belong together. */
  Identity identity() throws Unusable {
    List<X509Certificate> chain = certificates("certificate", certificate);
    PublicKey known = chain.get(0).getPublicKey();
    byte[] encoded = encodedKey();
    try {
      PrivateKey secret =
          KeyFactory.getInstance(known.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (belongTogether(secret, known)) {
        return new Identity(secret, chain);
      }
    } catch (GeneralSecurityException other) {
      // A key of another algorithm is told like any other that does not fit.
    }
    throw new Unusable(
        "key",
        "does not belong to the first certificate",
        "write the server's own certificate first, and the key that it was made for");
  }

  /** The authorities one of which must vouch for a client; none if clients show nothing. */
  List<X509Certificate> authorities() throws Unusable {
    byte[] octets = clientCa;
    return octets == null ? List.of() : certificates("client_ca", octets);
  }

  private static List<X509Certificate> certificates(String name, byte[] octets) throws Unusable {
    try {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(octets))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!chain.isEmpty()) {
        return chain;
      }
    } catch (CertificateException unreadable) {
      // Told below, as an empty file is.
    }
    throw new Unusable(
        name, "holds no certificate in PEM", "write a chain of BEGIN CERTIFICATE blocks");
  }

  private byte[] encodedKey() throws Unusable {
    String text = new String(key, StandardCharsets.ISO_8859_1);
    if (text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")) {
      throw new Unusable("key", "is encrypted", CONVERT);
    }
    if (text.contains("BEGIN RSA PRIVATE KEY") || text.contains("BEGIN EC PRIVATE KEY")) {
      throw new Unusable("key", "is in an older format than PKCS #8", CONVERT);
    }
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END, Math.max(begin, 0));
    if (begin >= 0 && end > begin) {
      try {
        return Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
      } catch (IllegalArgumentException unreadable) {
        // Told below, as a missing block is.
      }
    }
    throw new Unusable("key", "holds no private key in PEM", "write a BEGIN PRIVATE KEY block");
  }

  private static boolean belongTogether(PrivateKey secret, PublicKey known)
      throws GeneralSecurityException {
    String algorithm =
        switch (known.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> known.getAlgorithm();
        };
    byte[] sample = "sidecache".getBytes(StandardCharsets.US_ASCII);
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(secret);
    signing.update(sample);
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(known);
    verifying.update(sample);
    return verifying.verify(signing.sign());
  }
}
