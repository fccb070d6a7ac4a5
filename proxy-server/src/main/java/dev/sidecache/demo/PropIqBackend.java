package dev.sidecache.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An API in the shape of PropIQ's: each user has a profile, a subscription and analyses of
 * properties.
 */
final class PropIqBackend extends SampleBackend {
  static final long PROFILE_MILLIS = 500;
  static final long ANALYSES_MILLIS = 300;

  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final AtomicInteger nextAnalysis = new AtomicInteger(100);

  private static final class Account {
    final List<Map<String, Object>> analyses = new CopyOnWriteArrayList<>();
    volatile String city = "Lisbon";
    volatile String plan = "pro";
  }

  PropIqBackend() throws IOException {
    // NB: before anybody else, so that the tour knows the numbers of her analyses.
    accounts.put("ines", open("ines"));
  }

  @Override
  Answer answer(Call call) {
    Account account = accounts.computeIfAbsent(call.user(), this::open);
    boolean read = call.method().equals("GET") || call.method().equals("HEAD");
    return switch (call.path()) {
      case "/health" -> Answer.ok(Map.of("status", "ok"), 30);
      case "/api/v1/pricing" -> Answer.ok(Map.of("basic", 9, "pro", 29), 200);
      case "/api/v1/users/me" -> read ? profile(call.user(), account) : change(call, account);
      case "/api/v1/subscription" ->
          Answer.ok(Map.of("user", call.user(), "plan", account.plan), 400);
      case "/api/v1/usage" ->
          Answer.ok(Map.of("user", call.user(), "analyses", account.analyses.size()), 250);
      case "/api/v1/support/conversations" ->
          Answer.ok(Map.of("user", call.user(), "conversations", List.of()), 250);
      case "/api/v1/analyses" -> read ? list(call, account) : create(call, account);
      case "/auth/login" -> Answer.ok(Map.of("access_token", "token-of-" + call.user()), 40);
      default ->
          call.path().startsWith("/api/v1/analyses/") ? detail(call, account) : Answer.notFound();
    };
  }

  private Account open(String user) {
    Account account = new Account();
    for (String address : List.of("1 Rua Augusta", "7 Avenida da Liberdade")) {
      account.analyses.add(analysis(user, address));
    }
    return account;
  }

  private Map<String, Object> analysis(String user, String address) {
    int id = nextAnalysis.getAndIncrement();
    return new TreeMap<>(
        Map.of("id", id, "owner", user, "address", address, "score", 50 + id % 50));
  }

  private static Answer profile(String user, Account account) {
    return Answer.ok(Map.of("user", user, "city", account.city), PROFILE_MILLIS);
  }

  private static Answer change(Call call, Account account) {
    JsonNode body = call.body();
    account.city = body == null ? account.city : body.path("city").asText(account.city);
    return Answer.ok(Map.of("user", call.user(), "city", account.city), 80);
  }

  private static Answer list(Call call, Account account) {
    int size = call.number("page_size", 10);
    int from = Math.min(account.analyses.size(), (call.number("page", 1) - 1) * size);
    List<Map<String, Object>> all = new ArrayList<>(account.analyses);
    return Answer.ok(
        Map.of(
            "total", all.size(), "analyses", all.subList(from, Math.min(all.size(), from + size))),
        ANALYSES_MILLIS);
  }

  private Answer create(Call call, Account account) {
    @Nullable JsonNode body = call.body();
    String address = body == null ? "" : body.path("address").asText();
    Map<String, Object> made = analysis(call.user(), address);
    account.analyses.add(made);
    return new Answer(201, made, 120);
  }

  private static Answer detail(Call call, Account account) {
    for (Map<String, Object> analysis : account.analyses) {
      if (call.last().equals(String.valueOf(analysis.get("id")))) {
        return Answer.ok(analysis, 200);
      }
    }
    return Answer.notFound();
  }
}
