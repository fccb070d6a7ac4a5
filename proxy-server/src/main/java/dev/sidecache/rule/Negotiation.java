package dev.sidecache.rule;

import java.util.List;

/**
 * Between which representations an origin distinguishes: a client's preferences are reduced to one
 * of these before the request is keyed and forwarded. Source: RFC 9110, Sections 12.5.3 and 12.5.4.
 *
 * @param codings content codings, lower case, the preferred first; empty: the client's word counts
 * @param languages language tags, the preferred first; empty: the client's word counts
 */
public record Negotiation(List<String> codings, List<String> languages) {

  /** The client's own words count. */
  public static final Negotiation NONE = new Negotiation(List.of(), List.of());

  public Negotiation {
    codings = List.copyOf(codings);
    languages = List.copyOf(languages);
  }

  /** Whether any preference is reduced. */
  public boolean reduces() {
    return !codings.isEmpty() || !languages.isEmpty();
  }
}
