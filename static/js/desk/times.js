// The desk tells times in UTC; here each reads in the editor's own time zone, and still names UTC when pointed at.
export function tellLocalTimes() {
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("#content time[datetime*=T]")) {
    time.title = `${time.textContent.trim()} UTC`;
    time.textContent = words.format(new Date(time.dateTime));
  }
}
