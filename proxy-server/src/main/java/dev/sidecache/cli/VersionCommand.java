package dev.sidecache.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Tells what was built. */
@Command(name = "version", description = "Prints version, revision and Java.")
public final class VersionCommand implements Callable<Integer> {
  private final String version;
  private final String revision;

  public VersionCommand(String version, String revision) {
    this.version = version;
    this.revision = revision;
  }

  @Override
  public Integer call() {
    System.out.println("sidecache " + version + " (" + revision + "), Java " + Runtime.version());
    return ExitCodes.DONE;
  }
}
