package dev.varve.command.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.varve.api.common.Limits;
import dev.varve.command.expression.ExpressionFault.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks a parsed expression: its size and depth, the parts of CEL that are not allowed, and the
 * names that CEL's own checker takes for plain data: nodes, variables, members of {@code
 * execution}.
 */
final class NameCheck {
  private final Names names;
  private final Map<Long, Integer> positions;
  private final Deque<String> locals = new ArrayDeque<>();
  private final List<ExpressionFault> faults = new ArrayList<>();
  private final List<NodeUse> uses = new ArrayList<>();
  private boolean loops;
  private int size;

  private NameCheck(Names names, CelAbstractSyntaxTree ast) {
    this.names = names;
    this.positions = ast.getSource().getPositionsMap();
  }

  /** Walks {@code ast}. */
  static NameCheck of(CelAbstractSyntaxTree ast, Names names) {
    NameCheck check = new NameCheck(names, ast);
    check.visit(ast.getExpr(), 1);
    return check;
  }

  List<ExpressionFault> faults() {
    return faults;
  }

  List<NodeUse> uses() {
    return uses;
  }

  boolean loops() {
    return loops;
  }

  private void visit(CelExpr expr, int depth) {
    size++;
    if (depth > Limits.EXPRESSION_DEPTH_MAX || size > Limits.EXPRESSION_NODES_MAX) {
      if (faults.stream().noneMatch(each -> each.kind() == Kind.TOO_COMPLEX)) {
        fault(
            Kind.TOO_COMPLEX,
            expr,
            "Expected at most "
                + Limits.EXPRESSION_DEPTH_MAX
                + " levels and "
                + Limits.EXPRESSION_NODES_MAX
                + " parts, but there are more");
      }
      return;
    }
    switch (expr.getKind()) {
      case CONSTANT -> constant(expr);
      case IDENT -> ident(expr);
      case SELECT -> select(expr, depth);
      case CALL -> {
        expr.call().target().ifPresent(target -> visit(target, depth + 1));
        expr.call().args().forEach(each -> visit(each, depth + 1));
      }
      case LIST -> expr.list().elements().forEach(each -> visit(each, depth + 1));
      case MAP ->
          expr.map()
              .entries()
              .forEach(each -> {
                visit(each.key(), depth + 1);
                visit(each.value(), depth + 1);
              });
      case STRUCT ->
          fault(Kind.FORBIDDEN, expr, "Expected an object like {\"a\": 1}, but found a type name");
      case COMPREHENSION -> comprehension(expr.comprehension(), depth);
      case NOT_SET -> {}
    }
  }

  private void constant(CelExpr expr) {
    if (expr.constant().getKind() == CelConstant.Kind.UINT64_VALUE) {
      fault(Kind.FORBIDDEN, expr, "Expected an int or a double, but found an unsigned number");
    }
  }

  private void ident(CelExpr expr) {
    if (isVariable(expr, "nodes")) {
      fault(Kind.FORBIDDEN, expr, "Expected nodes.<id>.output, but found nodes alone");
    }
  }

  private void select(CelExpr expr, int depth) {
    CelSelect select = expr.select();
    CelExpr operand = select.operand();
    if (isVariable(operand, "nodes")) {
      fault(
          Kind.UNKNOWN_NAME,
          operand,
          "Expected nodes." + select.field() + ".output, but found no '.output'");
    } else if (operand.getKind() == CelExpr.ExprKind.Kind.SELECT
        && isVariable(operand.select().operand(), "nodes")) {
      output(operand.select(), select.field());
    } else if (isVariable(operand, "execution")) {
      known("execution", select, Variables.EXECUTION);
    } else if (isVariable(operand, "vars") && names.variables() != null && !select.testOnly()) {
      known("vars", select, names.variables());
    } else {
      visit(operand, depth + 1);
    }
  }

  private void output(CelSelect node, String member) {
    String id = node.field();
    int at = offset(node.operand());
    if (!member.equals("output")) {
      add(Kind.UNKNOWN_NAME, at, "Expected nodes." + id + ".output, but found ." + member);
    } else if (!names.nodeIds().contains(id)) {
      add(Kind.UNKNOWN_NAME, at, "No node has id '" + id + "'" + Nearest.hint(id, names.nodeIds()));
    } else {
      uses.add(new NodeUse(id, at));
    }
  }

  private void known(String variable, CelSelect select, Collection<String> members) {
    if (!members.contains(select.field())) {
      add(
          Kind.UNKNOWN_NAME,
          offset(select.operand()),
          "There is no " + variable + "." + select.field() + Nearest.hint(select.field(), members));
    }
  }

  private void comprehension(CelComprehension loop, int depth) {
    loops = true;
    visit(loop.iterRange(), depth + 1);
    visit(loop.accuInit(), depth + 1);
    locals.push(loop.iterVar());
    locals.push(loop.iterVar2());
    locals.push(loop.accuVar());
    visit(loop.loopCondition(), depth + 1);
    visit(loop.loopStep(), depth + 1);
    visit(loop.result(), depth + 1);
    locals.pop();
    locals.pop();
    locals.pop();
  }

  private boolean isVariable(CelExpr expr, String name) {
    return expr.getKind() == CelExpr.ExprKind.Kind.IDENT
        && expr.ident().name().equals(name)
        && !locals.contains(name);
  }

  private void fault(Kind kind, CelExpr at, String detail) {
    add(kind, offset(at), detail);
  }

  private void add(Kind kind, int offset, String detail) {
    faults.add(new ExpressionFault(kind, detail, offset));
  }

  private int offset(CelExpr expr) {
    @Nullable Integer position = positions.get(expr.id());
    return position == null ? 0 : position;
  }
}
