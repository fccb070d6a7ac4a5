package dev.sidecache.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecache.http.RequestHead;
import dev.sidecache.testing.Requests;
import dev.sidecache.testing.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** The cost of a search, in steps, against the number of routes. */
class RouteTreeTest {

  @Test
  void listsAndTheirItemsCostTheSameAmongFiveHundredRoutes() {
    IntFunction<Route> routes = i -> route(i, i % 2 == 0 ? "/api/r" + i : "/api/r" + i + "/{id}");

    assertCostStaysFlat(routes, i -> get(i % 2 == 0 ? "/api/r" + i : "/api/r" + i + "/7"));
  }

  @Test
  void whatNoRouteTakesCostsTheSame() {
    RequestHead other = get("/api/other/7");
    IntFunction<Route> routes = i -> route(i, "/api/r" + i);

    assertThat(steps(tree(500, routes), other)).isEqualTo(steps(tree(5, routes), other));
  }

  @Test
  void parametersBeforeTheDifferenceCostTheSame() {
    assertCostStaysFlat(i -> route(i, "/{tenant}/*/r" + i), i -> get("/t/v1/r" + i));
  }

  @Test
  void everythingBelowADifferentLeadCostsTheSame() {
    assertCostStaysFlat(i -> route(i, "/r" + i + "/**"), i -> get("/r" + i + "/a/b"));
  }

  @Test
  void onePathOfManyHostsCostsTheSame() {
    assertCostStaysFlat(
        i -> Rules.changing("r" + i, "/**").host("h" + i + ".example").build(),
        i -> at("h" + i + ".example:81", get("/a")));
  }

  private static void assertCostStaysFlat(
      IntFunction<Route> routes, IntFunction<RequestHead> requests) {
    int ofFive = highestCost(5, routes, requests);

    assertThat(ofFive).isPositive();
    assertThat(highestCost(50, routes, requests)).isEqualTo(ofFive);
    assertThat(highestCost(500, routes, requests)).isEqualTo(ofFive);
  }

  /** The most steps that finding any of the routes takes; each is found by its request. */
  private static int highestCost(
      int count, IntFunction<Route> routes, IntFunction<RequestHead> requests) {
    RouteTree tree = tree(count, routes);
    int highest = 0;
    for (int i = 0; i < count; i++) {
      RouteTree.Leaf found = tree.first(requests.apply(i));
      assertThat(found).isNotNull();
      assertThat(found.order()).isEqualTo(i);
      highest = Math.max(highest, steps(tree, requests.apply(i)));
    }
    return highest;
  }

  private static int steps(RouteTree tree, RequestHead head) {
    AtomicInteger steps = new AtomicInteger();
    tree.first(head, steps::incrementAndGet);
    return steps.get();
  }

  private static RouteTree tree(int count, IntFunction<Route> routes) {
    List<Route> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(routes.apply(i));
    }
    return new RouteTree(all, NeverCache.NOTHING, "");
  }

  private static Route route(int number, String path) {
    return Rules.route("r" + number, path);
  }

  private static RequestHead get(String path) {
    return Requests.get(path);
  }

  private static RequestHead at(String authority, RequestHead head) {
    return new RequestHead(head.method(), "http", authority, head.target(), "1.1", head.fields());
  }
}
