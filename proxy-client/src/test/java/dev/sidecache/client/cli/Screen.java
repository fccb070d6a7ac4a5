package dev.sidecache.client.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** A terminal that remembers what was written, with or without a person before it. */
final class Screen implements Terminal.People {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private boolean present;
  private String answer = "";
  private String question;
  private int pictures;

  /** Runs a verb. */
  int run(Map<String, String> environment, String... arguments) {
    Terminal terminal = new Terminal(environment, new PrintWriter(out), new PrintWriter(err), this);
    return ClientMain.run(terminal, arguments);
  }

  /** Somebody who answers every question so. */
  Screen withPerson(String says) {
    present = true;
    answer = says;
    return this;
  }

  /** Somebody who looks at this many pictures. */
  Screen withPictures(int count) {
    pictures = count;
    return this;
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  String question() {
    return question;
  }

  @Override
  public boolean present() {
    return present;
  }

  @Override
  public String ask(String asked) {
    question = asked;
    return answer;
  }

  @Override
  public boolean waitForNext() {
    return --pictures > 0;
  }

  @Override
  public boolean waitShortly() {
    return true;
  }
}
