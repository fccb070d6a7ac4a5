package dev.sidecache.cli;

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
    String text = text(template == null ? "starter" : template.name());
    if (output.equals("-")) {
      print(command.commandLine().getOut(), text);
      return DONE;
    }
    String refusal = write(text);
    if (refusal != null) {
      print(command.commandLine().getErr(), output + refusal + "\n");
      return NOTHING_WRITTEN;
    }
    print(
        command.commandLine().getOut(),
        output + " is written; next: set UPSTREAM_URL, then sidecache validate " + output + "\n");
    return DONE;
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
