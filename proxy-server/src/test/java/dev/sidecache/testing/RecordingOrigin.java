package dev.sidecache.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * An origin that reads what comes by {@link StrictReader}, answers each whole request, and keeps
 * every octet that it could not read so.
 */
public final class RecordingOrigin implements AutoCloseable {
  private final ScriptedOrigin origin;
  private final Function<RawMessage, Answer> answers;
  private final List<RawMessage> requests = new CopyOnWriteArrayList<>();
  private final List<String> unreadable = new CopyOnWriteArrayList<>();

  /**
   * What to answer.
   *
   * @param octets as they go out
   * @param close whether the connection ends then
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Answer(byte[] octets, boolean close) {
    /** An answer after which the connection goes on; one octet per character. */
    public static Answer of(String text) {
      return new Answer(text.getBytes(StandardCharsets.ISO_8859_1), false);
    }
  }

  private RecordingOrigin(Function<RawMessage, Answer> answers) throws IOException {
    this.answers = answers;
    this.origin = ScriptedOrigin.start(this::serve);
  }

  public static RecordingOrigin start(Function<RawMessage, Answer> answers) throws IOException {
    return new RecordingOrigin(answers);
  }

  public String url() {
    return origin.url();
  }

  /** The requests that came whole. */
  public List<RawMessage> requests() {
    return requests;
  }

  /** The connections, in hexadecimal, on which something came that no request is. */
  public List<String> unreadable() {
    return unreadable;
  }

  private void serve(ScriptedOrigin.Connection connection) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    byte[] piece = new byte[16 * 1024];
    int answered = 0;
    for (int length = connection.read(piece); length >= 0; length = connection.read(piece)) {
      received.write(piece, 0, length);
      StrictReader.Read read = StrictReader.requests(received.toByteArray());
      for (RawMessage request : read.messages().subList(answered, read.messages().size())) {
        answered++;
        requests.add(request);
        Answer answer = answers.apply(request);
        connection.write(answer.octets());
        if (answer.close()) {
          return;
        }
      }
      if (read.end() == StrictReader.End.REFUSED) {
        unreadable.add(HexFormat.of().formatHex(received.toByteArray()));
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    origin.close();
  }
}
