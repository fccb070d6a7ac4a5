package dev.sidecache.json;

import java.io.ByteArrayOutputStream;

/** The bytes of one JSON value: a letter for its type, then parts that tell their own length. */
final class CanonicalForm {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  CanonicalForm(char type) {
    bytes.write(type);
  }

  /** Adds a varint. */
  CanonicalForm number(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      bytes.write(rest | 0x80);
      rest >>>= 7;
    }
    bytes.write(rest);
    return this;
  }

  /** Adds text: its length in UTF-16 units, then each as a varint, lone surrogates included. */
  CanonicalForm text(String text) {
    number(text.length());
    for (int i = 0; i < text.length(); i++) {
      number(text.charAt(i));
    }
    return this;
  }

  /** Adds the form of another value. */
  CanonicalForm raw(byte[] form) {
    bytes.writeBytes(form);
    return this;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
