package dev.sidecache.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An API in the shape of the Career Services CRM's: students, a dashboard over them, and answers of
 * a language model.
 */
final class CrmBackend extends SampleBackend {
  static final long DASHBOARD_MILLIS = 2000;
  static final long AI_MILLIS = 1500;
  private static final long LIST_MILLIS = 180;
  private static final long DETAIL_MILLIS = 90;

  private final Map<Integer, Map<String, Object>> students = new ConcurrentSkipListMap<>();
  private final AtomicInteger nextId = new AtomicInteger(1);
  private final AtomicInteger paidAnswers = new AtomicInteger();

  CrmBackend() throws IOException {
    for (String name : List.of("Ada", "Bruno", "Chloe", "Dmitri", "Elif", "Farid", "Grace")) {
      add(name, "searching");
    }
  }

  /** How many answers the language model was paid for. */
  int paidAnswers() {
    return paidAnswers.get();
  }

  @Override
  Answer answer(Call call) {
    String path = call.path();
    if (path.equals("/api/dashboard/stats")) {
      return Answer.ok(stats(), DASHBOARD_MILLIS);
    }
    if (path.startsWith("/api/ai/") && call.method().equals("POST")) {
      return Answer.ok(advice(call.body()), AI_MILLIS);
    }
    if (path.equals("/api/auth/login")) {
      return Answer.ok(Map.of("access_token", "token-of-" + call.user()), 40);
    }
    if (path.equals("/api/students")) {
      return call.method().equals("POST")
          ? create(call.body())
          : Answer.ok(list(call), LIST_MILLIS);
    }
    return path.startsWith("/api/students/") ? student(call) : Answer.notFound();
  }

  private Map<String, Object> stats() {
    long placed = students.values().stream().filter(s -> "placed".equals(s.get("status"))).count();
    return Map.of("students", students.size(), "placed", placed);
  }

  private Map<String, Object> advice(@Nullable JsonNode question) {
    String asked = question == null ? "" : question.path("question").asText();
    return Map.of(
        "answer", "A thorough answer to: " + asked, "paid", paidAnswers.incrementAndGet());
  }

  private Map<String, Object> list(Call call) {
    int limit = call.number("limit", 5);
    int page = call.number("page", 1);
    List<Map<String, Object>> all = new ArrayList<>(students.values());
    int from = Math.min(all.size(), (page - 1) * limit);
    return Map.of(
        "page", page,
        "total", all.size(),
        "students", all.subList(from, Math.min(all.size(), from + limit)));
  }

  private Answer create(@Nullable JsonNode body) {
    return new Answer(
        201, add(text(body, "name", "Someone"), text(body, "status", "searching")), 60);
  }

  private Answer student(Call call) {
    int id = call.last().chars().allMatch(Character::isDigit) ? Integer.parseInt(call.last()) : 0;
    Map<String, Object> known = students.get(id);
    if (known == null) {
      return Answer.notFound();
    }
    switch (call.method()) {
      case "PUT", "PATCH" -> {
        Map<String, Object> changed = new TreeMap<>(known);
        changed.put("name", text(call.body(), "name", String.valueOf(known.get("name"))));
        changed.put("status", text(call.body(), "status", String.valueOf(known.get("status"))));
        students.put(id, changed);
        return Answer.ok(changed, 60);
      }
      case "DELETE" -> {
        students.remove(id);
        return new Answer(204, null, 60);
      }
      default -> {
        return Answer.ok(known, DETAIL_MILLIS);
      }
    }
  }

  private Map<String, Object> add(String name, String status) {
    int id = nextId.getAndIncrement();
    Map<String, Object> student = new TreeMap<>(Map.of("id", id, "name", name, "status", status));
    students.put(id, student);
    return student;
  }

  private static String text(@Nullable JsonNode body, String member, String otherwise) {
    return body == null ? otherwise : body.path(member).asText(otherwise);
  }
}
