package dev.sidecache.openapi;

import java.util.List;
import java.util.Set;

/**
 * One method of one path, as a document describes it.
 *
 * @param method upper case
 * @param security whether it asks for a credential
 * @param parameters what a request may carry
 * @param mediaTypes of its successful responses, lower case, without parameters
 * @param statuses of its responses, as written: {@code 200}, {@code 2XX}, {@code default}
 */
record ApiOperation(
    String method,
    ApiPath path,
    Security security,
    Parameters parameters,
    Set<String> mediaTypes,
    Set<String> statuses) {
  ApiOperation {
    mediaTypes = Set.copyOf(mediaTypes);
    statuses = Set.copyOf(statuses);
  }

  /** What a document says of who may call. */
  enum Security {
    /** A credential is asked for. */
    REQUIRED,
    /** One counts if it is there. */
    OPTIONAL,
    /** The operation says that none is asked for. */
    OPEN,
    /** Nothing is said. */
    UNSAID
  }

  /**
   * What a request may carry beside its path, names as written.
   *
   * @param complete false: there are more, in documents that are not at hand
   */
  record Parameters(
      List<String> query, List<String> headers, List<String> cookies, boolean complete) {
    Parameters {
      query = List.copyOf(query);
      headers = List.copyOf(headers);
      cookies = List.copyOf(cookies);
    }
  }

  /** Whether the method asks for a change. Source: RFC 9110, Section 9.2.1. */
  boolean isWrite() {
    return Set.of("POST", "PUT", "PATCH", "DELETE").contains(method);
  }

  /** Whether this is a POST that asks a question, by its last word. */
  boolean isQuestion() {
    ApiPath.Segment last = path.lastLiteral();
    return method.equals("POST") && last != null && Words.QUESTION.in(last);
  }

  /** Whether this is a POST that has a machine answer, by one of its words. */
  boolean isGenerating() {
    return method.equals("POST") && path.segments().stream().anyMatch(Words.GENERATING::in);
  }

  @Override
  public String toString() {
    return method + " " + path.pattern();
  }
}
