package dev.sidecache.advice;

import dev.sidecache.caching.Plan;
import dev.sidecache.http.Fields;
import dev.sidecache.http.ResponseHead;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether callers of one address get the same answer one after the other. Bounded: of so many
 * addresses, those asked for last, and of their last answers. Not thread-safe.
 */
final class Sharing {
  private static final int MOST_ADDRESSES = 8_192;
  private static final int MOST_CALLERS = 100;
  private static final int KEPT_ANSWERS = 8;

  private final Map<String, Last> addresses =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Last> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  /** The last answer of an address, who got it, and the answers before. */
  private static final class Last {
    int caller;
    long answer;
    final long[] before = new long[KEPT_ANSWERS];
    int answers;

    boolean wasThere(long fingerprint) {
      for (int i = 0; i < Math.min(answers, KEPT_ANSWERS); i++) {
        if (before[i] == fingerprint) {
          return true;
        }
      }
      return false;
    }

    void replaceBy(long fingerprint) {
      before[answers++ % KEPT_ANSWERS] = answer;
      answer = fingerprint;
    }
  }

  /** What is counted per route. */
  static final class Counts {
    final Set<Integer> callers = new HashSet<>();
    long times;
    long same;
    long returned;
    boolean personal;

    Evidence.Shared told() {
      return new Evidence.Shared(callers.size(), times, same, returned, personal);
    }
  }

  /**
   * An answer was given.
   *
   * @param fingerprint of it; null: not known
   */
  void answered(Plan plan, ResponseHead head, @Nullable Long fingerprint, Counts counts) {
    counts.personal |= isPersonal(head);
    if (fingerprint == null || head.status() != 200 || !plan.head().method().equals("GET")) {
      return;
    }
    String digest = plan.identity().digest();
    int caller = digest == null ? 0 : digest.hashCode();
    if (counts.callers.size() < MOST_CALLERS) {
      counts.callers.add(caller);
    }
    String address = plan.routeName() + ' ' + plan.head().authority() + plan.head().target();
    Last last = addresses.get(address);
    if (last == null) {
      last = new Last();
      last.answer = fingerprint;
      addresses.put(address, last);
    } else {
      compare(last, caller, fingerprint, counts);
    }
    last.caller = caller;
  }

  /** NB: an answer that was replaced and comes again belongs to a caller, not to a moment. */
  private static void compare(Last last, int caller, long fingerprint, Counts counts) {
    boolean same = last.answer == fingerprint;
    if (caller != last.caller) {
      counts.times++;
      counts.same += same ? 1 : 0;
    }
    if (!same) {
      counts.returned += last.wasThere(fingerprint) ? 1 : 0;
      last.replaceBy(fingerprint);
    }
  }

  /** Whether the backend says that an answer is one caller's, or that it asks who the caller is. */
  private static boolean isPersonal(ResponseHead head) {
    Fields fields = head.fields();
    return head.status() == 401
        || head.status() == 403
        || fields.contains("Set-Cookie")
        || says(fields, "Cache-Control", "private")
        || says(fields, "Cache-Control", "no-store")
        || says(fields, "Vary", "authorization")
        || says(fields, "Vary", "cookie");
  }

  private static boolean says(Fields fields, String name, String word) {
    for (String element : fields.elements(name)) {
      if (element.toLowerCase(Locale.ROOT).startsWith(word)) {
        return true;
      }
    }
    return false;
  }
}
