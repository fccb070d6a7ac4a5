package dev.sidecache;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.sidecache.testing.Prerequisite;
import dev.sidecache.testing.ScriptedOrigin;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The dashboard in the Chromium that is installed here. */
class DashboardIT {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final String TOKEN = "a-token-of-enough-characters";

  /** Where pictures are left; without it, none are made. */
  private static final String PICTURES = System.getProperty("sidecache.pictures");

  private static final List<String> VIEWS =
      List.of("overview", "routes", "live", "keys", "explain", "advice", "config");
  private static final String RULES =
      """
      routes:
        - { name: students-list, match: { path: /api/students }, ttl: 60, tags: [students] }
        - { name: student-detail, match: { path: "/api/students/{id}" }, ttl: 5m, tags: ["student:{id}"] }
        - { name: dashboard, match: { path: /api/dashboard }, ttl: 15s, scope: shared }
        - { name: reports, match: { path: "/api/reports/{id}" }, ttl: 0 }
      never_cache: { paths: [/api/auth/**] }
      """;

  private static Playwright playwright;
  private static Browser browser;
  private static ScriptedOrigin origin;
  private static RunningProxy proxy;

  private final List<String> complaints = new ArrayList<>();
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void start() throws Exception {
    PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
    Prerequisite.require(Files.isExecutable(CHROMIUM), "apt-get install chromium");
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM));
    origin = ScriptedOrigin.answering("{\"students\":[]}");
    proxy = RunningProxy.start(origin.url(), RULES, Map.of()).awaitCache();
    for (int i = 0; i < 30; i++) {
      get("/api/students", "one");
      get("/api/students/" + i % 5, "one");
      get("/api/dashboard", null);
    }
    get("/api/reports/1", null);
    get("/api/auth/me", null);
    get("/other", null);
  }

  private static void get(String path, String user) throws Exception {
    HttpResponse<String> answer = proxy.get(path, user);
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @AfterAll
  static void stop() throws Exception {
    if (playwright != null) {
      playwright.close();
      proxy.close();
      origin.close();
    }
  }

  @BeforeEach
  void openBrowser() {
    open(ColorScheme.LIGHT);
  }

  private void open(ColorScheme scheme) {
    context =
        browser.newContext(
            new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(1280, 860));
    context.setDefaultTimeout(30_000);
    page = context.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
  }

  @AfterEach
  void closeBrowser() {
    context.close();
  }

  private void show(String view) {
    page.navigate(proxy.admin().resolve("/ui/#" + view).toString());
    assertThat(page.locator("#view-" + view)).isVisible();
    assertThat(page.locator("#health")).hasText("healthy");
  }

  /** Of the view that is shown. */
  private Locator row(String text) {
    return page.locator("main > section:not([hidden]) tbody tr")
        .filter(new Locator.FilterOptions().setHasText(text));
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** NB: a browser complains of an answer 404 or 401 by itself; what is ours is the rest. */
  private void assertNothingIsComplainedOf() {
    complaints.removeIf(text -> text.startsWith("Failed to load resource"));
    assertThat(complaints).isEmpty();
  }

  @Test
  void overviewTellsWhatTheCacheSaves() {
    show("overview");

    assertThat(page.locator("#card-rate .figure")).hasText(Pattern.compile("[0-9.]+ %"));
    assertThat(page.locator("#card-redis .figure")).hasText("not used");
    assertThat(page.locator("#reasons")).containsText("never_cache");
    assertThat(page.locator("#reasons")).containsText("no route matches its path");
    assertThat(page.locator("#checks")).containsText("answers: status 200");
    assertThat(page.locator("#traffic svg")).isVisible();
    page.getByLabel("Price of 1,000 backend calls").fill("1000");
    assertThat(page.locator("#card-money .figure")).hasText(Pattern.compile("[1-9][0-9]*\\.00"));
    assertNothingIsComplainedOf();
  }

  @Test
  void routesCanBeSortedAndKeepTheFocus() {
    show("routes");

    assertThat(row("/api/students,")).containsText("TTL 1 min");
    assertThat(page.locator("#route-rows tr")).hasCount(5);
    assertThat(page.locator("#route-rows svg[role=img]")).hasCount(5);
    Locator byName = page.locator("#route-head button").first();
    byName.click();
    assertThat(page.locator("#route-rows th").first()).containsText("no route");
    assertThat(page.locator("#route-head th").first()).hasAttribute("aria-sort", "ascending");
    assertThat(page.locator("#route-head button").first()).isFocused();
    assertNothingIsComplainedOf();
  }

  @Test
  void requestsAppearAsTheyAreAnsweredWithTheirReason() throws Exception {
    show("live");
    assertThat(page.locator("#live-state")).hasText("Watching.");

    get("/api/auth/live", null);
    get("/api/dashboard", null);

    assertThat(row("GET /api/auth/live")).containsText("never_cache");
    page.locator("#live-cache").selectOption("hit");
    button("Filter").click();
    assertThat(page.locator("#live-rows")).containsText("Requests from now on");
    get("/api/auth/other", null);
    get("/api/dashboard", null);
    assertThat(row("GET /api/dashboard")).containsText("hit l1");
    assertThat(page.locator("#live-rows tr")).hasCount(1);
    assertNothingIsComplainedOf();
  }

  @Test
  void purgeIsToldConfirmedAndCarriedOut() throws Exception {
    get("/api/students/77", null);
    show("keys");
    page.getByLabel("Path begins with").fill("/api/students/77");
    button("Search").click();
    assertThat(page.locator("#key-rows tr")).hasCount(1);

    button("Purge /api/students/77").click();
    assertThat(page.locator("dialog")).containsText("This would remove 1 in this proxy's memory");
    assertThat(button("Cancel")).isVisible();
    button("Cancel").click();
    assertThat(RunningProxy.cacheStatus(proxy.get("/api/students/77", null))).contains("; hit");

    button("Purge /api/students/77").click();
    page.locator("#dialog-yes").click();
    assertThat(page.locator("#key-state")).containsText("Purged URL /api/students/77");
    assertThat(RunningProxy.cacheStatus(proxy.get("/api/students/77", null)))
        .doesNotContain("; hit");
    assertNothingIsComplainedOf();
  }

  @Test
  void whatIsRefusedIsTold() {
    show("keys");
    page.locator("#purge-name").fill("a*b");
    button("Purge…").first().click();
    assertThat(page.locator("#purge-result")).containsText("is no tag; write a name");
  }

  @Test
  void configurationTellsItsSources() {
    show("config");
    assertThat(page.locator("#config-rows")).containsText("upstream.url");
    assertThat(row("upstream.url")).containsText("env UPSTREAM_URL");
    page.getByLabel("defaults too").check();
    page.getByLabel("Show names with").fill("lease");
    assertThat(row("cache.l1.lease")).containsText("default");
    assertNothingIsComplainedOf();
  }

  @Test
  void requestIsExplained() {
    show("explain");
    explain("/api/auth/me?page=1");
    assertThat(page.locator("#explain-result")).containsText("path /api/auth/**");
    assertThat(page.locator("#explain-result")).containsText("fwd=bypass; detail=never_cache");
    page.getByLabel("Header lines").fill("Authorization: Bearer not-to-be-shown");
    explain("/api/students");
    assertThat(page.locator("#explain-result")).containsText("students-list");
    assertThat(page.locator("#explain-result")).not().containsText("not-to-be-shown");
    explain("/a b");
    assertThat(page.locator("#explain-error")).not().isEmpty();
    assertNothingIsComplainedOf();
  }

  private void explain(String url) {
    page.getByLabel("Path and query").fill(url);
    button("Explain").click();
  }

  @Test
  void keyboardReachesEveryView() {
    show("overview");
    page.keyboard().press("Tab");
    assertThat(page.locator(".skip")).isFocused();
    page.keyboard().press("Tab");
    page.keyboard().press("Tab");
    assertThat(page.locator("nav a[href='#routes']")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("#view-routes")).isVisible();
    assertThat(page.locator("nav a[href='#routes']")).hasAttribute("aria-current", "page");
    assertThat(page.locator("main")).isFocused();
  }

  @Test
  void lossOfTheConnectionIsToldAndTakenBack() {
    show("overview");
    context.setOffline(true);
    assertThat(page.locator("#lost")).containsText("The proxy does not answer");
    assertThat(page.locator("#health")).hasText("not reachable");
    context.setOffline(false);
    assertThat(page.locator("#lost")).isHidden();
    assertThat(page.locator("#health")).hasText("healthy");
  }

  @Test
  void tokenIsAskedForAndKeptInMemoryOnly() throws Exception {
    String yaml =
        RunningProxy.head("", "")
            .replace("\"127.0.0.1:0\" }\nup", "\"127.0.0.1:0\", token: " + TOKEN + " }\nup");
    try (RunningProxy locked =
        RunningProxy.start(
            origin.url(), yaml + RULES, Map.of(), InstantSource.system(), line -> {})) {
      page.navigate(locked.admin().resolve("/ui/").toString());
      page.getByLabel("Admin token").fill("a-wrong-one-of-16-characters");
      button("Show the dashboard").click();
      assertThat(page.locator("#token-error")).containsText("Not this one");
      page.getByLabel("Admin token").fill(TOKEN);
      button("Show the dashboard").click();
      assertThat(page.locator("#view-overview")).isVisible();
      assertThat(page.locator("#card-rate .figure")).hasText("0.0 %");
      page.locator("nav a[href='#live']").click();
      assertThat(page.locator("#live-state")).hasText("Watching.");
      assertThat(page.evaluate("localStorage.length + sessionStorage.length + document.cookie"))
          .isEqualTo("0");
      page.reload();
      assertThat(page.locator("#view-token")).isVisible();
    }
  }

  @Test
  void strangersScriptIsNotRun() throws Exception {
    HttpResponse<String> answer = proxy.admin("GET", "/ui/", "");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
        .isEqualTo(
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                + " object-src 'none'");
    assertThat(answer.body()).doesNotContain("style=").doesNotContain("onclick");
    show("overview");
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
            + " document.head.append(s); }");
    assertThat(page.evaluate("window.ran === undefined")).isEqualTo(true);
    assertThat(complaints.toString()).contains("Content Security Policy");
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void accessibilityRulesAreKept(ColorScheme scheme) throws Exception {
    context.close();
    open(scheme);
    for (String view : VIEWS) {
      show(view);
      if (view.equals("explain")) {
        explain("/api/students");
        assertThat(page.locator("#explain-result dd").first()).isVisible();
      } else {
        assertThat(page.locator("#view-" + view + " table tbody td").first()).isVisible();
      }
      if (view.equals("live")) {
        assertThat(page.locator("#live-state")).hasText("Watching.");
        get("/api/dashboard", null);
        get("/api/auth/me", null);
        get("/api/students/3", "one");
        assertThat(page.locator("#live-rows tr")).hasCount(3);
      }
      picture(view, scheme);
      // NB: the page has no frames, so that axe needs no further page to put their results
      // together.
      List<Rule> violations = new AxeBuilder(page).setLegacyMode(true).analyze().getViolations();
      assertThat(violations).as(view).extracting(Rule::getId, Rule::getHelp).isEmpty();
    }
  }

  private void picture(String view, ColorScheme scheme) {
    if (PICTURES != null) {
      Path file =
          Path.of(
              PICTURES,
              "ui-" + view + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT) + ".png");
      page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }
  }
}
