/** The project's folder: `npm run bench` begins there, and so does everything that it starts. */
export const ROOT = process.cwd();
