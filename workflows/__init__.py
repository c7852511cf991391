"""Time: the Temporal workflows. They wait, ask for a decision, have it carried out, and wait again."""
