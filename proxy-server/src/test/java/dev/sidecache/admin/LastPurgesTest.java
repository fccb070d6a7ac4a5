package dev.sidecache.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.caching.Tag;
import dev.sidecache.rule.Route;
import dev.sidecache.testing.Rules;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastPurgesTest {
  private static final Route DETAIL =
      Rules.route("student-detail", "/api/students/{id}", "student:{id}", "students");

  @ParameterizedTest
  @CsvSource({
    "ALL, all, true",
    "ROUTE, student-detail, true",
    "ROUTE, students-list, false",
    "URL, /api/students/7, true",
    "URL, /api/students, false",
    "UNDER, /api, true",
    "UNDER, /api/students, true",
    "UNDER, /api/teachers, false",
    "TAG, students, true",
    "TAG, student:7, true",
    "TAG, teacher:7, false",
    "FAMILY, student, true",
    "FAMILY, teacher, false",
    "GROUP, students, false",
  })
  void purgeIsOfTheRouteIfItsResponsesMayCarryTheTag(Tag.Kind kind, String name, boolean carries) {
    assertThat(LastPurges.mayCarry(DETAIL, new Tag(kind, name))).isEqualTo(carries);
  }
}
