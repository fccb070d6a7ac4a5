package dev.sidecache.archfixture.store;

/** A component with the Settings that the configuration fills. */
public interface Component {
  /** The settings. */
  record Settings(String url, Kind kind) {
    /** A word of the settings. */
    public enum Kind {
      ONE
    }
  }
}
