// What is alive on the page. Everything works without it, but for that.

