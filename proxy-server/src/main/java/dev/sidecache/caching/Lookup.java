package dev.sidecache.caching;

/** What a look into the cache brought. Source: RFC 9211, Section 2.2. */
public sealed interface Lookup {

  /** Calls the case that fits. */
  <R> R carry(Cases<R> cases);

  /**
   * A stored response for this request.
   *
   * @param head what is known of it
   * @param tier where it was
   * @param current whether its stamp matches the versions of now; if not, it is never served, and
   *     only validated by an entity tag
   */
  record Found(StoredHead head, Tier tier, boolean current) implements Lookup {
    @Override
    public <R> R carry(Cases<R> cases) {
      return cases.found(this);
    }
  }

  /** Nothing under this key. */
  record UriMiss() implements Lookup {
    @Override
    public <R> R carry(Cases<R> cases) {
      return cases.uriMiss();
    }
  }

  /** Something under this key, but for other request fields. */
  record VaryMiss() implements Lookup {
    @Override
    public <R> R carry(Cases<R> cases) {
      return cases.varyMiss();
    }
  }

  /**
   * The store could not be asked, or must not be believed at the moment.
   *
   * @param reason why
   */
  record Unavailable(Bypass reason) implements Lookup {
    @Override
    public <R> R carry(Cases<R> cases) {
      return cases.unavailable(this);
    }
  }

  /** A method per case. */
  interface Cases<R> {
    R found(Found found);

    R uriMiss();

    R varyMiss();

    R unavailable(Unavailable unavailable);
  }
}
