package dev.sidecache.cli;

import dev.sidecache.openapi.ApiDocument;
import dev.sidecache.openapi.DraftText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The verb {@code init}: a commented configuration to begin with. */
@Command(
    name = "init",
    description = "Writes a commented configuration to begin with; never overwrites unasked.",
    mixinStandardHelpOptions = true)
public final class Init implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int NOTHING_WRITTEN = 2;

  private static final OpenOption[] NEW = {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
  private static final OpenOption[] OVERWRITING = {
    StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
  };

  private enum Template {
    node,
    fastapi
  }

  private final Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--template",
      paramLabel = "node|fastapi",
      description = "With the routes of a typical Node or FastAPI application.")
  private @Nullable Template template;

  @Option(
      names = "--from-openapi",
      paramLabel = "URL|FILE",
      description = "With routes and rules guessed from this OpenAPI 3.0 or 3.1 document.")
  private @Nullable String document;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write; default sidecache.yaml, - prints.")
  private String output = "sidecache.yaml";

  @Option(names = "--force", description = "Overwrites an existing file.")
  private boolean force;

  /** The verb in this process's working directory. */
  public Init() {
    this(Path.of(""));
  }

  Init(Path directory) {
    this.directory = directory;
  }

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec, "run by the command line");
    PrintWriter err = command.commandLine().getErr();
    if (document != null && template != null) {
      print(err, "--template and --from-openapi exclude each other; give one\n");
      return NOTHING_WRITTEN;
    }
    Drafted drafted;
    try {
      drafted =
          document == null
              ? new Drafted(text(template == null ? "starter" : template.name()), "", "")
              : fromDocument(document);
    } catch (OpenApiSource.Unusable unusable) {
      print(err, unusable.getMessage() + "\n");
      return NOTHING_WRITTEN;
    }
    if (output.equals("-")) {
      print(command.commandLine().getOut(), drafted.yaml());
      return DONE;
    }
    String refusal = write(drafted.yaml());
    if (refusal != null) {
      print(err, output + refusal + "\n");
      return NOTHING_WRITTEN;
    }
    print(command.commandLine().getOut(), written(drafted));
    return DONE;
  }

  /**
   * What is to be written.
   *
   * @param counts what it holds, for people; may be empty
   * @param flags of {@code validate} for it; may be empty
   */
  private record Drafted(String yaml, String counts, String flags) {}

  private Drafted fromDocument(String name) throws OpenApiSource.Unusable {
    OpenApiSource source = new OpenApiSource(directory);
    ApiDocument api = source.read(name);
    String address = OpenApiSource.origin(name);
    String usual = api.fromCode() ? "http://127.0.0.1:8000" : "http://127.0.0.1:3000";
    return new Drafted(
        DraftText.of(api, OpenApiSource.shown(name), address == null ? usual : address),
        ": " + DraftText.counts(api),
        " --openapi " + OpenApiSource.shown(name));
  }

  private String written(Drafted drafted) {
    String next = document == null ? "set UPSTREAM_URL, then " : "read it, then ";
    String command = "sidecache validate " + output + drafted.flags();
    return output + " is written" + drafted.counts() + "; next: " + next + command + "\n";
  }

  /** Null if it is written; else why it is not, and what to do. */
  private @Nullable String write(String text) {
    OpenOption[] options = force ? OVERWRITING : NEW;
    try {
      Files.writeString(directory.resolve(output), text, options);
      return null;
    } catch (FileAlreadyExistsException e) {
      return " exists already; give --force to overwrite it, or -o FILE to write another";
    } catch (IOException e) {
      return " cannot be written; name a file in a directory that exists and may be written";
    }
  }

  private static void print(PrintWriter writer, String text) {
    writer.print(text);
    writer.flush();
  }

  private static String text(String name) {
    try (InputStream stream = Init.class.getResourceAsStream("init/" + name + ".yaml")) {
      return new String(
          Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
