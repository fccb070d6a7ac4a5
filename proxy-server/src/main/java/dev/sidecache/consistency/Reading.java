package dev.sidecache.consistency;

import dev.sidecache.caching.Stamp;
import dev.sidecache.caching.Tag;
import dev.sidecache.store.SharedStore.Epoch;
import dev.sidecache.store.SharedStore.Version;
import dev.sidecache.store.SharedStore.Versions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was read of versions, the epoch being a tag like any other; null where absent. An epoch that
 * names another server than the one that answered counts as absent. Source: consistency.md, Section
 * 3.
 */
final class Reading {
  static final Tag.Id ALL = Tag.ALL.id();
  static final Tag.Id ANY_MUTATION = Tag.ANY_MUTATION.id();

  private final Map<Tag.Id, @Nullable Version> versions;

  private Reading(Map<Tag.Id, @Nullable Version> versions) {
    this.versions = versions;
  }

  /** What a command found; {@code tags} as it was asked. */
  static Reading of(List<Tag.Id> tags, Versions found, Rules rules) {
    Map<Tag.Id, @Nullable Version> versions = new HashMap<>(2 * tags.size() + 2);
    for (int i = 0; i < tags.size(); i++) {
      versions.put(tags.get(i), found.versions().get(i));
    }
    Epoch epoch = found.epoch();
    boolean own =
        epoch != null
            && (epoch.server().equals(found.server()) || !rules.hold(Rules.Rule.SERVER_IDENTITY));
    versions.put(ALL, own && epoch != null ? new Version(epoch.uid(), false) : null);
    return new Reading(versions);
  }

  /** What is known by leases: the pairs of a stamp that they cover. */
  static Reading of(Stamp leased) {
    Map<Tag.Id, @Nullable Version> versions = new HashMap<>(2 * leased.size());
    for (int i = 0; i < leased.size(); i++) {
      versions.put(leased.tag(i), new Version(leased.uid(i), false));
    }
    return new Reading(versions);
  }

  /** This, with what a later command found in the place of what it asked again. */
  Reading then(Reading later) {
    Map<Tag.Id, @Nullable Version> both = new HashMap<>(versions);
    both.putAll(later.versions);
    return new Reading(both);
  }

  /** Whether the tag was asked for. */
  boolean asked(Tag.Id tag) {
    return versions.containsKey(tag);
  }

  @Nullable Version version(Tag.Id tag) {
    return versions.get(tag);
  }

  @Nullable String uid(Tag.Id tag) {
    Version version = versions.get(tag);
    return version == null ? null : version.uid();
  }

  /** Whether each pair of the stamp is current; false also if a tag of it was not asked for. */
  boolean matches(Stamp stamp, Rules rules) {
    for (int i = 0; i < stamp.size(); i++) {
      String uid = uid(stamp.tag(i));
      if (uid == null && !rules.hold(Rules.Rule.ABSENT_IS_INVALID)) {
        continue;
      }
      if (!stamp.uid(i).equals(uid)) {
        return false;
      }
    }
    return true;
  }

  /** The uid of {@link Tag#ANY_MUTATION} if none was under way, else null. */
  @Nullable String quiet() {
    Version any = versions.get(ANY_MUTATION);
    return any == null || any.marked() ? null : any.uid();
  }
}
